from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.lists.factory_address import AddressFile, build_addresses
from camscan.matching.data import DataFile
from camscan.matching.read import read

ACME = """
[[address]]
of = "acme"
addresses = ["192.168.1.9", "192.0.0.64"]
source = ["manual: page 3"]
"""


def parsed(text):
    return read(DataFile(name="defaults/addresses.toml", content=text.encode()), AddressFile)


def test_addresses_as_they_are_written():
    (found,) = build_addresses(parsed(ACME), file="f")
    assert found.of == "acme"
    assert found.addresses == {"192.168.1.9", "192.0.0.64"}
    assert found.by_maker
    (told,) = build_addresses(parsed(ACME.replace("manual: page 3", "github:a/b c")), file="f")
    assert not told.by_maker


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('source = ["manual: page 3"]', "", "no source"),
        ("192.168.1.9", "192.168.1", "no IPv4 address"),
        ("192.168.1.9", "9.9.9.9", "no private address"),
    ],
)
def test_what_does_not_load(old, new, message):
    with pytest.raises(DataError, match=message):
        build_addresses(parsed(ACME.replace(old, new)), file="f")
