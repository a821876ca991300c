"""Model numbers that are one firm's alone, wherever a device says them.

`DCS-932L` in a title, a realm or a greeting is D-Link's, also where no rule has seen that text. Of
a maker's grammars only those marked `telling` are looked for, and those marked `telling_in_onvif`
where only network video devices speak: `P3245-LVE` is an Axis camera there, and may be a printer
elsewhere. The number weighs `weak`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from camscan.matching.grammar import ModelGrammar
from camscan.matching.pattern import SET_SIZE, VALUE_LIMIT, PatternSet, encoded
from camscan.matching.screen import loosened
from camscan.matching.spoken import spoken

# Not where switches describe themselves: `DCS-3726S` is also one of Digital China.
NUMBER_FIELDS: Final = frozenset(
    {
        "cdp.device",
        "dhcp.hostname",
        "dhcp.vendor_class",
        "ftp.banner",
        "http.server",
        "http.title",
        "http.www_authenticate",
        "lldp.model",
        "lldp.sysname",
        "mdns.host",
        "mdns.instance",
        "mdns.txt",
        "nmap.product",
        "onvif.hardware_id",
        "onvif.hostname",
        "onvif.model",
        "rtsp.sdp",
        "rtsp.server",
        "rtsp.www_authenticate",
        "ssdp.server",
        "telnet.banner",
        "tls.subject",
        "upnp.friendly_name",
        "upnp.model_name",
        "upnp.model_number",
        "wsd.scope",
    }
)
# What only network video devices say.
ONVIF_FIELDS: Final = frozenset({"onvif.hardware_id", "onvif.model", "wsd.scope"})
# The value is the number, also where it has spaces or is short: `UVC G3 Pro`, `P26B`.
_WHOLE_FIELDS: Final = frozenset({"onvif.model", "upnp.model_name"})
_LEAST_WHOLE: Final = 3
_MOST_WHOLE: Final = 64
MOST_WORDS: Final = 64
_MOST_ANSWERS: Final = 4096
_MOST_TEXT: Final = 512
_WORD: Final = re.compile(r"[0-9A-Za-z+./-]{5,32}")
_MIXED: Final = re.compile(r"[A-Za-z]-?[0-9]")
_DIGIT: Final = re.compile(r"[0-9]")
# Session name and information (RFC 8866 sections 5.3, 5.4); in codec data anything may be spelt.
_SESSION: Final = re.compile(r"^[is]=(.{1,128})", re.MULTILINE)
# A host name is often the number with the MAC address behind it: `XNV-8081Z-E43022000000`.
_MAC: Final = re.compile(r"-[0-9A-Fa-f]{12}(?:\.local)?$|\.local$")


class Numbered(Struct, frozen=True, kw_only=True):
    """The number and the grammar that knows it."""

    grammar: ModelGrammar
    model: str


class Numbers:
    """All telling grammars, asked at once.

    `parts` are the patterns of which one is in each text that holds a number; one of ONVIF_FIELDS
    may hold any digit instead.
    """

    def __init__(self, grammars: Iterable[ModelGrammar]) -> None:
        known = tuple(grammars)
        everywhere = tuple(each for each in known if each.telling)
        onvif = tuple(each for each in known if each.telling_in_onvif and not each.telling)
        self.parts = tuple(loosened(each.regex) for each in everywhere)
        self._everywhere = _sets(everywhere)
        self._onvif = (*self._everywhere, *_sets(onvif))
        self._answers: dict[tuple[str, str], Numbered | None] = {}

    def find(self, field: str, value: str) -> Numbered | None:
        """The first model number in `value`; None without one, or with those of two firms."""
        sign = _DIGIT if field in _WHOLE_FIELDS else _MIXED
        if field not in NUMBER_FIELDS or not sign.search(value, 0, VALUE_LIMIT):
            return None
        text = spoken(field, value[:VALUE_LIMIT])
        # The same realm comes with ever new nonces around it.
        known = self._answers
        place = field, text
        if place in known:
            return known[place]
        found = self._find(field, text)
        if len(text) <= _MOST_TEXT:
            if len(known) >= _MOST_ANSWERS:
                known.clear()
            known[place] = found
        return found

    def _find(self, field: str, text: str) -> Numbered | None:
        found: Numbered | None = None
        sets = self._onvif if field in ONVIF_FIELDS else self._everywhere
        for word in _words(field, text):
            for grammar in _grammars(sets, word):
                if found is None:
                    found = Numbered(grammar=grammar, model=word)
                elif found.grammar.owner != grammar.owner:
                    return None
        return found


_Set = tuple[PatternSet, tuple[ModelGrammar, ...]]


def _sets(grammars: tuple[ModelGrammar, ...]) -> tuple[_Set, ...]:
    starts = range(0, len(grammars), SET_SIZE)
    parts = [grammars[at : at + SET_SIZE] for at in starts]
    return tuple((PatternSet([each.regex for each in part]), part) for part in parts)


def _grammars(sets: tuple[_Set, ...], word: str) -> Iterator[ModelGrammar]:
    data = encoded(word)
    for patterns, grammars in sets:
        for hit in patterns.hits(data):
            yield grammars[hit]


def _words(field: str, text: str) -> list[str]:
    """The words of `text` with a digit right behind a letter or its hyphen: `DCS-9`, `GXV3`."""
    if field == "rtsp.sdp":
        text = " ".join(_SESSION.findall(text)[:2])
    elif field == "wsd.scope":
        # Behind the category.
        text = text.partition("/")[2]
    found = _WORD.findall(text)[:MOST_WORDS]
    words = [_MAC.sub("", word.strip("./-")) for word in found if _MIXED.search(word)]
    whole = text.strip()
    if field in _WHOLE_FIELDS and whole not in words and _LEAST_WHOLE <= len(whole) <= _MOST_WHOLE:
        words.insert(0, whole)
    return words
