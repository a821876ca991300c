from __future__ import annotations

import json

import pytest

from camscan.cli.kev import read_kev
from camscan.errors import SourceError


def test_a_catalogue_is_read(tmp_path):
    path = tmp_path / "kev.json"
    entry = {"cveID": "CVE-2026-0629", "dateAdded": "2026-11-01"}
    path.write_text(json.dumps({"catalogVersion": "2026.11.27", "vulnerabilities": [entry]}))
    found = read_kev(path)
    assert found is not None
    assert found.version == "2026.11.27"
    assert read_kev(None) is None


def test_what_is_none_is_named(tmp_path):
    path = tmp_path / "kev.json"
    path.write_text("[]")
    with pytest.raises(SourceError, match=r"kev\.json: no KEV catalogue"):
        read_kev(path)
