"""`[[library]]` as it is written, and what of it does not load."""

from __future__ import annotations

import msgspec
import pytest

from camscan.errors import DataError
from camscan.matching.library import WINDOW, LibraryTable, build_library

TABLE = {
    "id": "acme.p2p",
    "name": "Acme",
    "ports": ["udp/9000"],
    "first": [{"transport": "udp", "offset": 1, "hex": "0f f0", "mask": "0f f0"}],
    "breaks": "x",
    "examples": [{"port": "udp/9000", "hex": "ff 0f f0"}],
    "source": ["manual: x"],
}


def build(**change):
    return build_library(msgspec.convert({**TABLE, **change}, LibraryTable), maker="m", file="f")


def test_a_signature_is_over_the_whole_window() -> None:
    signature = build().first[0]
    digits = "000ff0".ljust(2 * WINDOW, "0")
    assert (signature.value, signature.mask) == (digits, digits)
    assert (signature.needs, signature.bits) == (3, 8)


def test_text_and_length() -> None:
    length = {"offset": 6, "size": 2, "plus": 8}
    signature = build(first=[{"transport": "tcp", "text": "ACME", "length": length}]).first[0]
    assert signature.value == b"ACME".ljust(WINDOW, b"\0").hex()
    assert (signature.needs, signature.bits) == (8, 48)


def test_examples_are_cut_and_short_ones_are_whole() -> None:
    library = build(
        examples=[{"port": "udp/9000", "hex": "ff0ff0"}],
        not_examples=[{"port": "tcp/80", "text": "GET / HTTP/1.1 and more", "size": 99}],
    )
    (short,), (long,) = library.examples, library.not_examples
    assert (short.transport, short.port, short.size) == ("udp", 9000, 3)
    assert (long.head, long.size) == (b"GET / HTTP/1.1 a".hex(), 99)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"first": [{"transport": "udp"}]}, "either `hex` or `text`"),
        ({"first": [{"transport": "udp", "hex": "f1", "text": "x"}]}, "either `hex` or `text`"),
        ({"first": [{"transport": "udp", "hex": "xy"}]}, "not hexadecimal"),
        ({"first": [{"transport": "udp", "hex": "f1f1", "mask": "ff"}]}, "the mask has 1 bytes"),
        ({"first": [{"transport": "udp", "hex": "f1", "mask": "00"}]}, "nothing to compare"),
        ({"first": [{"transport": "udp", "hex": "f1", "offset": 16}]}, "first 16 bytes"),
        ({"first": [{"transport": "udp", "hex": "f1", "offset": -1}]}, "first 16 bytes"),
        (
            {"first": [{"transport": "udp", "hex": "f1", "length": {"offset": 15}}]},
            "first 16 bytes",
        ),
        ({"examples": []}, "no example"),
        ({"source": []}, "no source"),
        ({"examples": [{"port": "udp", "hex": "f1"}]}, "not written like udp/32100"),
        ({"examples": [{"port": "udp/1", "hex": "f1f1", "size": 1}]}, "says it has 1"),
    ],
)
def test_what_does_not_load(change, message: str) -> None:
    with pytest.raises(DataError, match=message):
        build(**change)
