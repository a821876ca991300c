"""WS-Discovery 2005/04 answers as cameras, printers and PCs really send them.

What is taken from an answer is bounded: 32 matches, 64 types, 128 scopes, 32 addresses each.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.soap import (
    Fault,
    Node,
    fault_of,
    find,
    namespace,
    namespaces,
    parse_xml,
    text_of,
    walk,
    xml_text,
)

MAX_MATCHES = 32
OASIS_DISCOVERY = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01"
ACTIONS = ("Probe", "ProbeMatches", "Hello", "Bye", "Resolve", "ResolveMatches")
_MATCHES = ("ProbeMatch", "ResolveMatch", "Hello", "Bye")

_PREFIX = {
    "http://www.onvif.org/ver10/network/wsdl": "dn",
    "http://www.onvif.org/ver10/device/wsdl": "tds",
    "http://schemas.xmlsoap.org/ws/2006/02/devprof": "wsdp",
    "http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01": "wsdp",
    "http://schemas.microsoft.com/windows/pub/2005/07": "pub",
    "http://schemas.microsoft.com/windows/2006/08/wdp/print": "wprt",
    "http://schemas.microsoft.com/windows/2006/08/wdp/scan": "wscn",
}
_ONVIF_SCOPE = "onvif://www.onvif.org"
_UUID = re.compile(
    r"(?:urn:)?(?:uuid:)?\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?",
    re.IGNORECASE,
)
# Every Tapo and VIGI shares this head, a version-4 shape with the MAC as its tail
# (edgexfoundry/device-onvif-camera internal/driver/macmapper_test.go).
_TPLINK_HEAD = "3fa1fe68-b915-4053-a3e1-"


class ProbeMatch(Struct, frozen=True, kw_only=True):
    """One announced endpoint, of a ProbeMatch, ResolveMatch, Hello or Bye.

    `types` are `dn:NetworkVideoTransmitter` for known namespaces, `{uri}Local` for others,
    as written where the prefix is declared nowhere; `xaddrs` as sent, words and all.
    """

    endpoint: str | None = None
    types: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    xaddrs: tuple[str, ...] = ()
    metadata_version: str | None = None
    oasis: bool = False

    @property
    def is_onvif(self) -> bool:
        """True when a type or scope says ONVIF; Windows and printers say neither."""
        if self.oasis:
            return False
        return any(kind.startswith(("dn:", "tds:")) for kind in self.types) or any(
            scope.lower().startswith(_ONVIF_SCOPE) for scope in self.scopes
        )


class WsdMessage(Struct, frozen=True, kw_only=True):
    """One datagram. `action` is one of ACTIONS, `Fault`, or "" when it cannot be told.

    `relates_to` is for ranking only, and `message_id` is no key: devices send the wrong ones.
    """

    action: str
    message_id: str | None = None
    relates_to: str | None = None
    matches: tuple[ProbeMatch, ...] = ()
    fault: Fault | None = None

    @property
    def is_answer(self) -> bool:
        """False for questions, such as our own probe coming back by loop-back.

        A fault is an answer: the host is alive and speaks WS-Discovery.
        """
        return bool(self.matches) or self.fault is not None or self.action == "ProbeMatches"


def parse(data: bytes) -> WsdMessage | Malformed:
    """Read one datagram; Malformed when it holds nothing of WS-Discovery."""
    root = parse_xml(data)
    message = None if root is None else _from_tree(root, namespaces(data))
    if message is not None and (message.is_answer or message.action):
        return message
    return _from_text(data) or Malformed("no WS-Discovery message")


def decode(data: bytes) -> Decoded:
    """Evidence of one datagram: wsd.types, wsd.scope, wsd.xaddr, wsd.endpoint(_mac).

    A question (our own probe) is OK without fields.
    """
    message = parse(data)
    if isinstance(message, Malformed):
        return malformed()
    found: list[tuple[str, str | None]] = []
    for match in message.matches:
        found.extend(match_fields(match))
    return Decoded(status=Status.OK, fields=pairs(found))


def match_fields(match: ProbeMatch) -> tuple[tuple[str, str], ...]:
    """Evidence of one match."""
    found: list[tuple[str, str | None]] = [("wsd.endpoint", match.endpoint)]
    found.extend(("wsd.types", kind) for kind in match.types)
    found.extend(("wsd.scope", scope) for scope in match.scopes)
    found.extend(("wsd.xaddr", address) for address in match.xaddrs)
    found.append(("wsd.endpoint_mac", mac_hint(match.endpoint)))
    return pairs(found)


def mac_hint(endpoint: str | None, known_ouis: Collection[str] = ()) -> str | None:
    """The MAC that an endpoint UUID seems to hold (`c4:2f:90:…`), or None. A hint, never a key.

    Last 12 hex digits for version-1 UUIDs, TP-Link's prefix, or one of `known_ouis`
    (`c4:2f:90`); first 12 for Bosch, which repeats them byte-reversed in the middle.
    """
    found = _UUID.fullmatch((endpoint or "").strip())
    if found is None:
        return None
    text = found.group(1).lower()
    digits = bytes.fromhex(text.replace("-", ""))
    if digits[6:12] == digits[5::-1]:
        return _universal(digits[:6])
    tail = digits[10:]
    trusted = text[14] == "1" or text.startswith(_TPLINK_HEAD)
    if trusted or tail[:3].hex(":") in {oui.lower() for oui in known_ouis}:
        return _universal(tail)
    return None


def _universal(mac: bytes) -> str | None:
    """The MAC as text; None for group and locally administered ones (random UUID nodes)."""
    return None if mac[0] & 3 or not any(mac) else mac.hex(":")


def _from_tree(root: Node, declared: dict[str, str]) -> WsdMessage:
    fault = fault_of(root)
    matches = tuple(_match(node, declared) for node in _nodes(root))
    return WsdMessage(
        action=_action(root, fault),
        message_id=text_of(root, "MessageID"),
        relates_to=text_of(root, "RelatesTo"),
        matches=matches,
        fault=fault,
    )


def _nodes(root: Node) -> list[Node]:
    found = [node for name in _MATCHES for node in walk(root, name)]
    return found[:MAX_MATCHES]


def _action(root: Node, fault: Fault | None) -> str:
    """By the body, then by the Action header: bodies lie less often."""
    if fault is not None:
        return "Fault"
    for name in ACTIONS:
        if find(root, name) is not None:
            return name
    if find(root, "ProbeMatch") is not None:
        return "ProbeMatches"
    said = (text_of(root, "Action") or "").rpartition("/")[2]
    return said if said in ACTIONS else ""


def _match(node: Node, declared: dict[str, str]) -> ProbeMatch:
    reference = find(node, "EndpointReference")
    types = find(node, "Types")
    scope = dict(declared)
    if types is not None:
        scope.update({prefix or "": uri for prefix, uri in types.nsmap.items()})
    return ProbeMatch(
        endpoint=None if reference is None else text_of(reference, "Address"),
        types=tuple(_type_name(word, scope) for word in _words(node, "Types", 64)),
        scopes=_words(node, "Scopes", 128),
        xaddrs=_words(node, "XAddrs", 32),
        metadata_version=text_of(node, "MetadataVersion"),
        oasis=namespace(node) == OASIS_DISCOVERY,
    )


def _words(node: Node, name: str, limit: int) -> tuple[str, ...]:
    return tuple((text_of(node, name) or "").split()[:limit])


def _type_name(word: str, declared: dict[str, str]) -> str:
    """A QName with the project's prefix for its namespace; as written when it has none."""
    prefix, _, name = word.rpartition(":")
    uri = declared.get(prefix)
    if uri is None:
        return word
    known = _PREFIX.get(uri.rstrip("/"))
    return f"{known}:{name}" if known else f"{{{uri}}}{name}"


_BLOCK = re.compile(r"<(?:[\w.-]{1,64}:)?(?:ProbeMatch|ResolveMatch|Hello|Bye)(?=[\s/>])")
_TEXT = {
    name: re.compile(rf"<(?:[\w.-]{{1,64}}:)?{name}(?:\s[^<>]{{0,1024}})?>([^<]{{0,16384}})")
    for name in ("Address", "Types", "Scopes", "XAddrs", "MessageID", "RelatesTo")
}


def _from_text(data: bytes) -> WsdMessage | None:
    """The same by regular expressions, for what no XML parser recovers."""
    text = xml_text(data[:65536])
    if text is None:
        return None
    declared = namespaces(data)
    starts = [found.start() for found in _BLOCK.finditer(text)][:MAX_MATCHES]
    matches = []
    for start, end in pairwise([*starts, len(text)]):
        block = text[start:end]
        matches.append(
            ProbeMatch(
                endpoint=_said(block, "Address"),
                types=tuple(_type_name(w, declared) for w in (_said(block, "Types") or "").split()),
                scopes=tuple((_said(block, "Scopes") or "").split()[:128]),
                xaddrs=tuple((_said(block, "XAddrs") or "").split()[:32]),
            )
        )
    if not matches:
        return None
    return WsdMessage(
        action="ProbeMatches",
        message_id=_said(text, "MessageID"),
        relates_to=_said(text, "RelatesTo"),
        matches=tuple(matches),
    )


def _said(text: str, name: str) -> str | None:
    found = _TEXT[name].search(text)
    return None if found is None else found.group(1).strip() or None
