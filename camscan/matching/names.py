"""A firm's own name where a device speaks of itself: `Manufacturer`, a realm, a copyright line.

A rule knows one text that somebody saw; the name is still the name in a text that nobody has. It
weighs no more than `weak`, for a box also carries the name of who only sells it. Sources of what
the fields mean: ONVIF Core Specification (GetDeviceInformation, scopes), UPnP Device Architecture
2.0 section 2.3, RFC 7617 section 2 (realm), RFC 4519 section 2.19 (O), RFC 3418 (sysDescr).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct, structs

from camscan.matching.entity import Entity
from camscan.matching.pattern import Pattern, PatternSet, encoded, escape
from camscan.matching.spoken import is_challenge, spoken

# The whole value is the name of who made the device: here `Ring` is the firm.
NAME_FIELDS: Final = frozenset({"onvif.manufacturer", "upnp.manufacturer", "lldp.manufacturer"})
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
# A name in it is the maker's where it says whose the copyright is.
BODY: Final = "http.body"
# A name that is also an ordinary word is one where the value begins with it.
PRODUCT: Final = "nmap.product"
# And where a camera says who made it, or a model number is behind the name: `name/Canon_VB-S30D`.
_ONVIF_FIELDS: Final = frozenset({"onvif.model", "wsd.scope"})
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
    """Whose name it is. `maker` None: a firm that only sells."""

    maker: str | None
    brand: str | None
    source: tuple[str, ...]
    model: str | None = None

    @property
    def id(self) -> str:
        """What an explanation calls it: `vivotek.name`."""
        return f"{self.maker or self.brand}.name"


class _Search:
    """A pattern behind a set, which says `no` faster: that is what nearly every value is told."""

    __slots__ = ("_gate", "_pattern")

    def __init__(self, source: str) -> None:
        self._gate = PatternSet([source])
        self._pattern = Pattern(source)

    def all(self, value: bytes) -> tuple[str, ...]:
        """The first group of every place."""
        return self._pattern.all(value) if self._gate.hits(value) else ()


class Names:
    """All names, found in linear time.

    `words` are the patterns of which one is in each text of TEXT_FIELDS but PRODUCT that holds a
    name, of ONVIF one of `words` or `onvif`, of SESSION one of `words` or `session`, `copyright`
    the one of BODY.
    """

    def __init__(self, makers: Iterable[Entity], brands: Iterable[Entity]) -> None:
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
                self._known[key(name)] = Named(maker=maker, brand=brand, source=entity.sources)
            words += entity.names
            alone += entity.names_alone
        word, name = _either(words), _either([*words, *alone])
        # A long name is one also where a model number or `cam` touches it: `IQeye511DV`.
        long = _either(each for each in words if len(key(each)) >= LONG)
        self.words = (
            rf"(?i)(?:\b|_)({word})(?:\b|_)",
            rf"(?i)(?:\b|_)({long})(?:[a-z]?[0-9]|cam)",
        )
        self.copyright = rf"(?i)(?:copyright|&copy;|\(c\)|©)[^<\n]*?(?:\b|_)({word})(?:\b|_)"
        self._word = tuple(map(_Search, self.words))
        self._alone = _Search(rf"(?i)^\s*({name})(?:[\s,.]+(?:{_FORMS}))*[\s.]*$")
        # nmap's products begin with who made them: `Axis 211W Network Camera ftpd`.
        self._first = _Search(rf"(?i)^({name})(?:[ /]|$)")
        self.onvif = (
            rf"(?i)^(?:manufacturer|mfr|vendor)/({name})(?:[ _,.-]|$)",
            rf"(?i)^(?:(?:hardware|model|name)/)?({name})[ _]+[a-z]{{0,4}}-?[a-z]{{0,2}}[0-9]",
        )
        self._onvif = tuple(map(_Search, self.onvif))
        self.session = (
            r"(?im)^s=(?:[^\r\n]{0,64}streamed by (?:the )?)?\"?"
            rf"({name})(?:[ _-]+(?:{_SERVED}))*[\"\s]*$"
        )
        self._session = _Search(self.session)
        self._copyright = _Search(self.copyright)

    def find(self, field: str, value: str) -> Named | None:
        """Whose name `value` of `field` holds; None for nobody's, and for several at once."""
        if field in NAME_FIELDS:
            return self._one((self._alone,), value) or self._one(self._word, value)
        if field in TEXT_FIELDS or is_challenge(field):
            return self._remembered(field, spoken(field, value))
        if field == BODY:
            return self._one((self._copyright,), value)
        return None

    def _remembered(self, field: str, text: str) -> Named | None:
        """The same realm comes with ever new nonces around it."""
        known = self._answers
        place = field, text
        if place in known:
            return known[place]
        found = self._with_model(field, text, self._word)
        if found is None and field == PRODUCT:
            found = self._one((self._first,), text)
        if found is None and field in _ONVIF_FIELDS:
            found = self._with_model(field, text, self._onvif)
        if found is None and field == SESSION:
            found = self._one((self._session,), text)
        if len(text) <= _MOST_TEXT:
            if len(known) >= _MOST_ANSWERS:
                known.clear()
            known[place] = found
        return found

    def _with_model(self, field: str, text: str, searches: Sequence[_Search]) -> Named | None:
        found = self._one(searches, text)
        if found is None or field not in _MODEL_FIELDS:
            return found
        name = self._places(searches, text)[0]
        behind = _MODEL.match(text, text.find(name) + len(name))
        word = behind[1].rstrip("./-") if behind else ""
        if not any(char.isdigit() for char in word) or re.match(r"[vV]\d", word):
            return found
        return structs.replace(found, model=word)

    def _places(self, searches: Sequence[_Search], value: str) -> list[str]:
        data = encoded(value)
        return [name for search in searches for name in search.all(data)]

    def _one(self, searches: Sequence[_Search], value: str) -> Named | None:
        found = [self._known[key(name)] for name in self._places(searches, value)]
        if not found:
            return None
        first = found[0]
        return first if all(each.id == first.id for each in found) else None


def key(name: str) -> str:
    """A name without what its writers vary: case, and the joints between its words."""
    return "".join(char for char in name.casefold() if char not in " -_")


def _either(names: Iterable[str]) -> str:
    """A pattern of all names, longest first; a joint may be a space, a hyphen or nothing."""
    ordered = sorted(set(names), key=lambda each: (-len(each), each))
    split = [name.replace("-", " ").split() for name in ordered]
    # Without names nothing is found.
    return "|".join("[ _-]?".join(map(escape, words)) for words in split) or r"\z."
