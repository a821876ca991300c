from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.lists.advisory import AdvisoryFile, build_advisories
from camscan.matching.data import DataFile
from camscan.matching.read import read

ACME = """
[advisories]
maker = "acme"
reviewed = 2026-01-04

[[advisory]]
id = "CVE-2026-0001"
kind = "high"
title = "Overflow"
score = 8.1
source = ["nvd: CVE-2026-0001"]

[[advisory.affects]]
models = '^AC-'
before = "1.2.3"
affected = [{ model = "AC-1", firmware = "1.2.2" }]
not_affected = [{ model = "AC-1", firmware = "1.2.3" }]
"""


def parsed(text):
    return read(DataFile(name="advisories/acme.toml", content=text.encode()), AdvisoryFile)


def test_an_advisory_as_it_is_written():
    (found,) = build_advisories(parsed(ACME), file="advisories/acme.toml")
    assert (found.id, found.subject, found.grammar) == ("CVE-2026-0001", "acme", "acme")
    brand = ACME.replace('maker = "acme"', 'brand = "bolt"\ngrammar = "acme"')
    (found,) = build_advisories(parsed(brand), file="advisories/acme.toml")
    assert (found.subject, found.grammar) == ("bolt", "acme")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('source = ["nvd: CVE-2026-0001"]', "", "no source"),
        ('maker = "acme"', 'maker = "acme"\nbrand = "acme"', "one of them"),
        ('maker = "acme"', "", "one of them"),
        ('kind = "high"', 'kind = "grave"', "kind"),
        ('before = "1.2.3"', 'befor = "1.2.3"', "befor"),
    ],
)
def test_a_wrong_file_names_what_is_wrong(old, new, says):
    with pytest.raises(DataError, match=says):
        build_advisories(parsed(ACME.replace(old, new, 1)), file="advisories/acme.toml")


def test_an_advisory_names_models():
    head, _, _ = ACME.partition("[[advisory.affects]]")
    with pytest.raises(DataError, match="which models"):
        build_advisories(parsed(head), file="advisories/acme.toml")
