"""The hand-made frames of wire.py for the tests of this room."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def wire():
    path = Path(__file__).with_name("wire.py")
    spec = importlib.util.spec_from_file_location("camscan_test_wire", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
