"""The forms in which texts hold a firm's name."""

from __future__ import annotations

import pytest

from camscan.matching.name_patterns import name_patterns
from camscan.matching.pattern import Pattern
from camscan.matching.screen import Screen, loosened

PATTERNS = name_patterns("acmevision", "acme", "acmevision")


def names(patterns: tuple[str, ...], text: str) -> set[str]:
    """What the first groups catch."""
    return {name for each in patterns for name in Pattern(each).all(text.encode())}


@pytest.mark.parametrize(
    "text",
    [
        "Acme Network Camera",
        "220 ACME P1357 PTZ Dome Network Camera ready",
        "acme,IP Camera",
        "ACME; 207MW; Network Camera",
        "acme video server",
        "Acme NVR",
        "acme-0011223344ff",
        "ACME_WS_0011223344FF",
    ],
)
def test_an_ordinary_word_with_a_cameras_words_or_address(text: str) -> None:
    assert {each.lower() for each in names(PATTERNS.text, text)} == {"acme"}


@pytest.mark.parametrize(
    "text",
    [
        "acme print server",
        "the acme of all is a camera",
        "placme network camera",
        "acme-0011",
        "acme camera obscura of the town",
        "acme x x x x x x network camera",
    ],
)
def test_an_ordinary_word_alone_is_none(text: str) -> None:
    assert names(PATTERNS.text, text) == set()


@pytest.mark.parametrize(
    "text",
    [
        '<meta name="author" content="The AcmeVision team">',
        'brand: "acme"',
        "var VENDOR = 'acmevision'",
        '<img src="/pics/acmevision_top.gif">',
        '<img src="/pics/acmevisionlogo">',
        "logo_acmevision",
        "http://www.acmevision.com/help",
        "AcmeVision Electronics Corp.",
        "application/x-acmevision-rtsp",
        '<img alt="acmevision">',
    ],
)
def test_a_page_says_whose_it_is(text: str) -> None:
    assert {each.lower() for each in names(PATTERNS.body, text)} <= {"acme", "acmevision"}
    assert names(PATTERNS.body, text)
    assert Screen(map(loosened, PATTERNS.body)).holding([text]) == [0]


def test_identifiers_begin_with_the_vendor() -> None:
    assert names(PATTERNS.identifier, "http://www.acme.com/ver1") == {"acme"}
    assert names(PATTERNS.identifier, "urn:acme-com:service:x:1") == {"acme"}
    assert names(PATTERNS.identifier, "_acme-video._tcp") == {"acme"}
    assert names(PATTERNS.identifier, "http://x.example/acme.com/") == set()
    assert names(PATTERNS.identifier, "urn:other:acme:") == set()


def test_something_like_a_number_behind_an_ordinary_word() -> None:
    assert names((PATTERNS.numbered,), "Acme P1365") == {"Acme"}
    assert names((PATTERNS.numbered,), "Acme of 12") == set()
