"""The small tables of the world, for the tests of this folder."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camscan.egress.tables.installed import Installed


@pytest.fixture(scope="session")
def files():
    path = Path(__file__).parent.parent / "geo_files.py"
    spec = importlib.util.spec_from_file_location("camscan_test_geo_files", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def now():
    return datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def installed(tmp_path):
    return Installed(tmp_path / "data" / "geo")
