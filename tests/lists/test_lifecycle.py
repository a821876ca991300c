from __future__ import annotations

from datetime import date

import pytest

from camscan.errors import DataError
from camscan.lists.lifecycle import LifecycleFile, build_lifecycle
from camscan.matching.data import DataFile
from camscan.matching.read import read

ACME = """
[lifecycle]
of = "acme"
reviewed = 2026-01-04

[[end]]
id = "acme.ac-1"
models = '^AC-1$'
state = "ended"
on = 2025-01-01
says = "It ended."
source = ["vendor: notice 1"]
examples = ["AC-1"]
not_examples = ["AC-10"]
"""


def parsed(text):
    return read(DataFile(name="lifecycle/acme.toml", content=text.encode()), LifecycleFile)


def test_an_end_as_it_is_written():
    (found,) = build_lifecycle(parsed(ACME), file="lifecycle/acme.toml")
    assert (found.id, found.of, found.state, found.on) == (
        "acme.ac-1", "acme", "ended", date(2025, 1, 1),
    )  # fmt: skip
    assert found.names("AC-1")
    assert not found.names("AC-10")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('source = ["vendor: notice 1"]', "", "no source"),
        ("models = '^AC-1$'", "models = '^AC-(1$'", "regex"),
        ('state = "ended"', 'state = "supported"', "Invalid enum value"),
        ('of = "acme"', 'of = "acme"\nmaker = "acme"', "maker"),
    ],
)
def test_what_does_not_load(old, new, message):
    with pytest.raises(DataError, match=message):
        build_lifecycle(parsed(ACME.replace(old, new)), file="lifecycle/acme.toml")
