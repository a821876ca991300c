"""Notes: each fact once, and at once."""

from __future__ import annotations

from datetime import UTC, datetime

from camscan.probes.interface import Notes

AT = datetime(2026, 11, 24, tzinfo=UTC)


def test_each_field_and_value_once_in_order():
    emitted = []
    notes = Notes("10.0.0.1", 80, "http", lambda: AT, emitted.append)
    notes.add("http.server", "a")
    notes.extend([("http.title", "t"), ("http.server", "a"), ("http.server", "b")])
    assert [(e.field, e.value) for e in notes.evidence] == [
        ("http.server", "a"),
        ("http.title", "t"),
        ("http.server", "b"),
    ]
    assert tuple(emitted) == notes.evidence
    assert {(e.target, e.port, e.method, e.at) for e in emitted} == {("10.0.0.1", 80, "http", AT)}


def test_empty_values_are_no_evidence():
    notes = Notes("10.0.0.1", 80, "http", lambda: AT)
    notes.add("http.server", "")
    assert notes.evidence == ()
