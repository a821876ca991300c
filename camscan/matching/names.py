"""A firm's own name where a device speaks of itself: `Manufacturer`, a realm, a copyright line.

A rule knows one text that somebody saw; the name is still the name in a text that nobody has. It
weighs no more than `weak`, for a box also carries the name of who only sells it. Sources of what
the fields mean: ONVIF Core Specification (GetDeviceInformation, scopes), UPnP Device Architecture
2.0 section 2.3, RFC 7617 section 2 (realm), RFC 4519 section 2.19 (O), RFC 3418 (sysDescr).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct, structs

from camscan.matching.entity import Entity
from camscan.matching.grammar import ModelGrammar
from camscan.matching.name_patterns import name_patterns
from camscan.matching.pattern import Pattern, PatternSet, encoded, escape
from camscan.matching.spoken import SCOPE, is_challenge, spoken

# The whole value is the name of who made the device: here `Ring` is the firm.
NAME_FIELDS: Final = frozenset(
    {"gige.vendor", "lldp.manufacturer", "onvif.manufacturer", "upnp.manufacturer"}
)
# Firmware writes it, and a name in it is its maker's or its seller's.
TEXT_FIELDS: Final = frozenset(
    {
        "cdp.device",
        "cdp.platform",
        "dhcp.hostname",
        "dhcp.vendor_class",
        "ftp.banner",
        "http.server",
        "http.title",
        "http.www_authenticate",
        "lldp.model",
        "lldp.sysdescr",
        "lldp.sysname",
        "mdns.host",
        "mdns.instance",
        "mdns.txt",
        "nmap.product",
        "onvif.hostname",
        "onvif.model",
        "rtsp.sdp",
        "rtsp.server",
        "rtsp.www_authenticate",
        "sip.server",
        "snmp.sysdescr",
        "ssdp.server",
        "ssh.banner",
        "telnet.banner",
        "tls.issuer",
        "tls.subject",
        "upnp.friendly_name",
        "upnp.model_name",
        "upnp.model_number",
        "wsd.scope",
    }
)
# A name in it is the maker's where it says whose the copyright is, and in a few more places.
BODY: Final = "http.body"
# Here a vendor's domain or name stands in front of a name of its own.
IDENTIFIER_FIELDS: Final = frozenset(
    {"mdns.service", "onvif.namespace", "onvif.service", "ssdp.st", "ssdp.usn"}
)
# A name that is also an ordinary word is one where the value begins with it.
PRODUCT: Final = "nmap.product"
# And where a camera says who made it, or a model number is behind the name: `name/Canon_VB-S30D`.
_ONVIF_FIELDS: Final = frozenset({"onvif.model", "wsd.scope"})
ONVIF_SIGN: Final = re.compile(r"[0-9]|^(?:manufacturer|mfr|vendor)/", re.IGNORECASE)
"""Stands in each text of a network video device in which anything but one of `words` is found.

Such texts are hexadecimal as often as not, which a large pattern walks through slowly.
"""
# And where the session of an RTSP description is called by it: `s=Acme RTSP Server`.
SESSION: Final = "rtsp.sdp"
_SERVED: Final = (
    r"rtsp|media|video|stream(?:ing)?|live|ip|network|cam(?:era)?|ipc|[nd]vr|server|session"
)
LONG: Final = 5
_FORMS: Final = (
    r"co|ltd|inc|corp|corporation|company|limited|llc|gmbh|ag|ab|bv|as|sa|srl|spa|technology"
)
_MOST_ANSWERS: Final = 4096
_MOST_TEXT: Final = 512
# Here the word behind the name is the model number, if it looks like one: `Annke C800`.
_MODEL_FIELDS: Final = frozenset(
    {"http.title", "http.www_authenticate", "onvif.model", "upnp.model_name", "wsd.scope"}
)
_MODEL: Final = re.compile(r"[ _:/-]?([A-Za-z][0-9A-Za-z+./-]{1,31})")


class Named(Struct, frozen=True, kw_only=True):
    """Whose name it is. `maker` None: a firm that only sells. `only`: the class of all it makes."""

    maker: str | None
    brand: str | None
    source: tuple[str, ...]
    model: str | None = None
    only: str | None = None

    @property
    def id(self) -> str:
        """What an explanation calls it: `vivotek.name`."""
        return f"{self.maker or self.brand}.name"


_ANY: Final = range(sys.maxsize)


class _Searches:
    """Patterns behind a set, which says `no` faster: that is what nearly every value is told.

    They are compiled when first asked: most runs never ask some of them.
    """

    __slots__ = ("_gate", "_patterns", "_sources")

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = tuple(sources)
        self._gate: PatternSet | None = None
        self._patterns: dict[int, Pattern] = {}

    def hits(self, value: bytes) -> list[int]:
        """Which patterns are in the value, in their order."""
        if self._gate is None:
            self._gate = PatternSet(self._sources)
        return self._gate.hits(value)

    def all(self, value: bytes, within: range = _ANY) -> list[str]:
        """The first group of every place of every pattern, or of those with these numbers."""
        return self.of(self.hits(value), value, within)

    def of(self, hits: Iterable[int], value: bytes, within: range) -> list[str]:
        """The same where it is known which patterns are in the value."""
        return [name for at in hits if at in within for name in self._pattern(at).all(value)]

    def _pattern(self, at: int) -> Pattern:
        if at not in self._patterns:
            self._patterns[at] = Pattern(self._sources[at])
        return self._patterns[at]


class Names:
    """All names, found in linear time.

    `words` are the patterns of which one is in each text of TEXT_FIELDS but PRODUCT that holds a
    name (or it shows ONVIF_SIGN), of SESSION one of `words` or `session`, `body` those of BODY,
    `identifier` those of IDENTIFIER_FIELDS. `models` are the grammars of a maker or brand.
    """

    def __init__(
        self,
        makers: Iterable[Entity],
        brands: Iterable[Entity],
        models: Mapping[str, Sequence[ModelGrammar]] | None = None,
    ) -> None:
        self._models = models or {}
        self._numbers: dict[str, PatternSet] = {}
        self._known: dict[str, Named] = {}
        self._answers: dict[tuple[str, str], Named | None] = {}
        words: list[str] = []
        alone: list[str] = []
        own = {brand.id: brand for brand in brands}
        of_maker = {(brand.maker, key(brand.name)): brand.id for brand in own.values()}
        firms: list[tuple[Entity, str | None]] = [(each, each.id) for each in makers]
        firms += [(each, None) for each in own.values() if each.maker is None]
        for entity, maker in firms:
            mine = entity.id if entity.id in own else None
            for name in (*entity.names, *entity.names_alone):
                brand = of_maker.get((maker, key(name)), mine)
                self._known[key(name)] = Named(
                    maker=maker, brand=brand, source=entity.sources, only=entity.only
                )
            words += entity.names
            alone += entity.names_alone
        word, name = _either(words), _either([*words, *alone])
        # A long name is one also where a model number or `cam` touches it: `IQeye511DV`.
        long = _either(each for each in words if len(key(each)) >= LONG)
        named = (
            rf"(?i)(?:\b|_)({word})(?:\b|_)",
            rf"(?i)(?:\b|_)({long})(?:[a-z]?[0-9]|cam|cctv|onvif|rtsp|tech)",
        )
        copyright_line = rf"(?i)(?:copyright|&copy;|\(c\)|©)[^<\n]*?(?:\b|_)({word})(?:\b|_)"
        more = name_patterns(word, _either(alone), long)
        self.words = (*named, *more.text, more.numbered)
        self.body = (copyright_line, *more.body)
        self.identifier = more.identifier
        # All patterns of a text at once, for most are in none.
        self._words = _Searches(self.words)
        self._named = range(len(named))
        self._texts = range(len(named), len(named) + len(more.text))
        self._numbered = range(self._texts.stop, len(self.words))
        self._alone = _Searches([rf"(?i)^\s*({name})(?:[\s,.]+(?:{_FORMS}))*[\s.]*$"])
        # nmap's products begin with who made them: `Axis 211W Network Camera ftpd`.
        self._first = _Searches([rf"(?i)^({name})(?:[ /]|$)"])
        # Each text that holds one shows ONVIF_SIGN.
        self._onvif = _Searches(
            [
                rf"(?i)^(?:manufacturer|mfr|vendor)/({name})(?:[ _,.-]|$)",
                rf"(?i)^(?:(?:hardware|model|name)/)?({name})[ _]+[a-z]{{0,4}}-?[a-z]{{0,2}}[0-9]",
            ]
        )
        self.session = (
            r"(?im)^s=(?:[^\r\n]{0,64}streamed by (?:the )?)?\"?"
            rf"({name})(?:[ _-]+(?:{_SERVED}))*[\"\s]*$"
        )
        self._session = _Searches([self.session])
        self._body = _Searches(self.body)
        self._identifier = _Searches(self.identifier)

    def find(self, field: str, value: str) -> Named | None:
        """Whose name `value` of `field` holds; None for nobody's, and for several at once."""
        if field in NAME_FIELDS:
            return self._one(self._alone, value) or self._firm(
                self._words.all(encoded(value), self._named)
            )
        if field == "wsd.scope" and not value.startswith(SCOPE):
            return self._one(self._identifier, value)
        if field in TEXT_FIELDS or is_challenge(field):
            return self._remembered(field, spoken(field, value))
        if field == BODY:
            return self._one(self._body, value)
        if field in IDENTIFIER_FIELDS:
            return self._one(self._identifier, value)
        return None

    def _remembered(self, field: str, text: str) -> Named | None:
        """The same realm comes with ever new nonces around it."""
        known = self._answers
        place = field, text
        if place in known:
            return known[place]
        found = self._in_text(field, text)
        if len(text) <= _MOST_TEXT:
            if len(known) >= _MOST_ANSWERS:
                known.clear()
            known[place] = found
        return found

    def _in_text(self, field: str, text: str) -> Named | None:
        data = encoded(text)
        hits = self._words.hits(data)
        found = self._with_model(field, text, self._words.of(hits, data, self._named))
        if found is None and field == PRODUCT:
            found = self._one(self._first, text)
        if found is None and field in _ONVIF_FIELDS:
            found = self._with_model(field, text, self._onvif.all(data))
        if found is None and field == SESSION:
            return self._one(self._session, text)
        if found is None:
            found = self._with_own_number(text, self._words.of(hits, data, self._numbered))
        if found is None:
            found = self._firm(self._words.of(hits, data, self._texts))
        return found

    def _with_model(self, field: str, text: str, names: Sequence[str]) -> Named | None:
        found = self._firm(names)
        if found is None or field not in _MODEL_FIELDS:
            return found
        word = _behind(text, names[0])
        if not any(char.isdigit() for char in word) or re.match(r"[vV]\d", word):
            return found
        return structs.replace(found, model=word)

    def _with_own_number(self, text: str, names: Sequence[str]) -> Named | None:
        """An ordinary word is the firm's name where a number of its own series is behind it."""
        found = self._firm(names)
        if found is None:
            return None
        word = encoded(_behind(text, names[0]))
        owners = {each for each in (found.maker, found.brand) if each is not None}
        known = any(self._grammars(owner).hits(word) for owner in owners)
        return structs.replace(found, model=word.decode()) if known else None

    def _grammars(self, owner: str) -> PatternSet:
        if owner not in self._numbers:
            grammars = self._models.get(owner, ())
            self._numbers[owner] = PatternSet([each.regex for each in grammars])
        return self._numbers[owner]

    def _one(self, searches: _Searches, value: str) -> Named | None:
        return self._firm(searches.all(encoded(value)))

    def _firm(self, names: Iterable[str]) -> Named | None:
        """Whose the names are; None for nobody's, and for several at once."""
        found = [self._known[key(name)] for name in names]
        if not found:
            return None
        first = found[0]
        return first if all(each.id == first.id for each in found) else None


def _behind(text: str, name: str) -> str:
    """The word behind the first place of `name`; empty where none is."""
    found = _MODEL.match(text, text.find(name) + len(name))
    return found[1].rstrip("./-") if found else ""


def key(name: str) -> str:
    """A name without what its writers vary: case, and the joints between its words."""
    return name.casefold().replace(" ", "").replace("-", "").replace("_", "")


def _either(names: Iterable[str]) -> str:
    """A pattern of all names; a joint may be a space, a hyphen or nothing.

    Backwards in the alphabet: a name stands before another that it begins with, and RE2 makes one
    tree of names that begin alike, which is many times quicker than to ask for each.
    """
    ordered = sorted(set(names), key=lambda each: (key(each), each), reverse=True)
    split = [name.replace("-", " ").split() for name in ordered]
    # Without names nothing is found.
    return "|".join("[ _-]?".join(map(escape, words)) for words in split) or r"\z."
