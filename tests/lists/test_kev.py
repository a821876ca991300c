"""The catalogue's parser: what it keeps, what it refuses, and that nothing makes it raise."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.lists import kev
from camscan.lists.kev import Catalogue, Malformed, parse_kev
from tests.json_values import json_values


def document(*entries, version="2026.11.27"):
    rows = [{"cveID": name, "dateAdded": day, "product": "x"} for name, day in entries]
    return json.dumps({"catalogVersion": version, "count": 1, "vulnerabilities": rows}).encode()


def test_what_it_keeps():
    found = parse_kev(
        document(
            ("CVE-2026-0629", "2026-11-01"),
            ("CVE-2026-0629", "2026-11-02"),
            ("CVE-2025-1", "2026-11-01"),
            ("CVE-2021-36260", "2022-13-40"),
            ("CVE-2021-36260", "20220110"),
        )
    )
    assert found == Catalogue(version="2026.11.27", added={"CVE-2026-0629": date(2026, 11, 1)})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        document(),
        document(("CVE-2026-0629", "2026-11-01"), version="<script>"),
        b'{"catalogVersion": "1", "vulnerabilities": {"cveID": "CVE-2026-0629"}}',
    ],
)
def test_what_is_no_catalogue(data):
    assert isinstance(parse_kev(data), Malformed)


def test_sizes_are_bounded(monkeypatch):
    monkeypatch.setattr(kev, "LIMIT", 10)
    assert parse_kev(document(("CVE-2026-0629", "2026-11-01"))) == Malformed("larger than 0 MB")
    monkeypatch.setattr(kev, "LIMIT", 1 << 20)
    monkeypatch.setattr(kev, "MOST", 1)
    many = document(("CVE-2026-0629", "2026-11-01"), ("CVE-2026-0630", "2026-11-01"))
    assert parse_kev(many) == Malformed("more than 1 entries")


@given(data=st.binary(max_size=400))
def test_fuzz_bytes(data):
    assert isinstance(parse_kev(data), (Catalogue, Malformed))


JSON = json_values("catalogVersion", "vulnerabilities", "cveID", "dateAdded", leaves=12)


@given(tree=JSON)
def test_fuzz_documents(tree):
    found = parse_kev(json.dumps(tree).encode())
    assert isinstance(found, (Catalogue, Malformed))
