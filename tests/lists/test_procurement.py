from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.lists.procurement import ListFile, build_list
from camscan.matching.data import DataFile
from camscan.matching.read import read

ACME = """
[list]
id = "acme"
title = "Acme list"
issuer = "Acme"
jurisdiction = "US"
weight = "measure"
names = "companies"
reaches = "named"
form = "a list"
binds = "nobody"
wording = "{entity} stands on it ({listed})."
outside_uk = "no UK effect"
dated = 2026-01-02
data_date = 2026-01-03
reviewed = 2026-01-04
source = ["law: Acme Act"]

[[entity]]
printed = "Acme Ltd"
listed = 2026-01-02
maker = "acme"
"""


def parsed(text):
    return read(DataFile(name="lists/acme.toml", content=text.encode()), ListFile)


def test_a_list_as_it_is_written():
    found = build_list(parsed(ACME), file="lists/acme.toml")
    assert (found.id, found.home) == ("acme", False)
    entry = found.entry("acme", None)
    assert entry is not None
    assert entry.printed == "Acme Ltd"
    assert found.entry("other", "other") is None
    assert found.entry(None, None) is None, "an entity without a maker is nobody's"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('source = ["law: Acme Act"]', "", "no source"),
        ('weight = "measure"', 'weight = "ban"', "weight"),
        ("2026-01-03", '"3 January"', "data_date"),
        ('issuer = "Acme"', 'isuer = "Acme"', "isuer"),
        ('maker = "acme"', 'maker = ["acme"]', "maker"),
    ],
)
def test_a_wrong_file_names_what_is_wrong(old, new, says):
    with pytest.raises(DataError, match=says):
        build_list(parsed(ACME.replace(old, new)), file="lists/acme.toml")


def test_a_file_without_a_list():
    with pytest.raises(DataError, match=r"neither a \[list\]"):
        build_list(ListFile(), file="lists/acme.toml")
