"""Text without what points at one device, person or network; what a rule needs keeps its shape.

A MAC address keeps its first three bytes. Serials, nonces and long numbers keep length and kind of
character, so that the expressions of rules still fit.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from re import Match
from urllib.parse import quote

from msgspec import Struct

ADDRESS4 = "192.0.2.1"  # RFC 5737
ADDRESS6 = "2001:db8::1"  # RFC 3849
HOST = "camera.example"  # RFC 2606
NAME = "name"
MAIL = "mail"

_HEX2 = "([0-9A-Fa-f]{2})"
_JOINT = "(:|-|_|\\.| |%3[Aa]|%2[Dd])"
_MAC = re.compile(_HEX2 + _JOINT + _HEX2 + "\\2" + _HEX2 + ("\\2" + _HEX2) * 3)
_DOTTED_MAC = re.compile(r"([0-9A-Fa-f]{4})\.([0-9A-Fa-f]{2})[0-9A-Fa-f]{2}\.[0-9A-Fa-f]{4}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_BARE_MAC = re.compile(r"(?<![0-9A-Fa-f])([0-9A-Fa-f]{6})[0-9A-Fa-f]{6}(?![0-9A-Fa-f])")
_HEX_RUN = re.compile(r"[0-9A-Fa-f]{13,}")
_NUMBER = re.compile(r"(?<![0-9A-Fa-f])\d{9,}(?![0-9A-Fa-f])")
_SERIAL = re.compile(r"(?<![0-9A-Za-z])(?=(?:[A-Z]*\d){6})[0-9A-Z]{12,}(?![0-9A-Za-z])")
_V4 = re.compile(r"(?<!\d)(?<!\d\.)\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_V6 = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}(?:%\w{1,15})?(?![0-9A-Za-z:])"
)
_PRODUCT = re.compile(r"[A-Za-z]/[Vv]?$|(?<![A-Za-z])[Vv]$")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_USER = re.compile(r"(?<=://)[^/\s@\"'<>]+@")
_URL_HOST = re.compile(r"(?<=://)(?=[^/\s:?#\"'<>\[\]]*[A-Za-z])[^/\s:?#\"'<>\[\]]+")
_NONCE = re.compile(r'(?i)\b((?:c?nonce|opaque|random)=")([^"]*)')
_LOGIN = re.compile(r'(?i)(realm="?login to )([^"]*)')
_REALM_TAIL = re.compile(r"\(([A-Za-z]{0,2}\d{3,})\)")
_MADE = re.compile(r"20[0-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=[A-Z]{2})")
_DAY = "20000101"
MASKED_MAC = re.compile(r"[0-9A-Fa-f]{6}0{6}")
_LETTER = re.compile(r"[^\W\d_]")
_NAME_PREFIX = 3
# Base64 of "onvif-digest:", with which one maker's nonces begin: no secret, and a mark of its own.
_NONCE_MARK = "b252aWYtZGlnZXN0O"


class Secrets(Struct, frozen=True, kw_only=True):
    """What one device is known by: found in any field, it is masked in all of them.

    `macs` are 12 lower-case hex digits. `names` are what an owner typed.
    """

    addresses: frozenset[str] = frozenset()
    macs: frozenset[str] = frozenset()
    serials: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


def shape(text: str, *, prefix: int = 0) -> str:
    """Digits become 0 and letters A or a; at most `prefix` leading capitals are kept."""
    kept = 0
    while kept < min(prefix, len(text)) and "A" <= text[kept] <= "Z":
        kept += 1
    tail = re.sub(r"\d", "0", text[kept:])
    return text[:kept] + _LETTER.sub(lambda found: "A" if found[0].isupper() else "a", tail)


def mask_serial(text: str, models: Iterable[str] = ()) -> str:
    """The shape of a serial number; a model number that it begins with and a short prefix stay.

    A date of make before letters becomes another date, which rules still take for one.
    """
    begin = max((len(m) for m in models if m and text.startswith(m)), default=0)
    masked = text[:begin] + shape(text[begin:], prefix=0 if begin else _NAME_PREFIX)
    made = _MADE.search(text, begin)
    return masked if made is None else masked[: made.start()] + _DAY + masked[made.end() :]


def mask_macs(text: str) -> str:
    """MAC addresses in any notation, bare ones too: first three bytes, then zeros."""
    text = _MAC.sub(lambda m: "".join((m[1], m[2], m[3], m[2], m[4])) + (m[2] + "00") * 3, text)
    text = _DOTTED_MAC.sub(r"\g<1>.\g<2>00.0000", text)
    return _BARE_MAC.sub(r"\g<1>000000", text)


def mask_uuids(text: str, *, keep_head: bool = False) -> str:
    """UUIDs: zeros in their shape. `keep_head`: only the node goes, all units share the rest."""

    def zeros(found: Match[str]) -> str:
        begin = found[0].rindex("-") if keep_head else 0
        return found[0][:begin] + re.sub("[0-9A-Fa-f]", "0", found[0][begin:])

    return _UUID.sub(zeros, text)


def mask_addresses(text: str, *, products: bool = False) -> str:
    """IP addresses, but for any, loopback, multicast and masks; user names in URLs go as well.

    With `products` a number after `Name/` or `v` is a version: `Nvt/2.6.0.130`.
    """

    def four(found: Match[str]) -> str:
        if products and _PRODUCT.search(text, max(0, found.start() - 3), found.start()):
            return found[0]
        return _stand_in(found[0], ADDRESS4)

    text = _USER.sub("", text)
    text = _V4.sub(four, text)
    return _V6.sub(lambda found: _stand_in(found[0], ADDRESS6), text)


def _stand_in(text: str, instead: str) -> str:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    common = address.is_unspecified or address.is_loopback or address.is_multicast
    return text if common or (address.version == 4 and address.is_reserved) else instead


def mask_hosts(text: str, public: frozenset[str] = frozenset()) -> str:
    """Host names of URLs that are not in `public`."""
    return _URL_HOST.sub(lambda found: found[0] if found[0] in public else HOST, text)


def mask_tokens(text: str) -> str:
    """Mail addresses, long numbers, runs of hex digits and what is made like a serial."""
    text = _MAIL.sub(MAIL, text)
    text = _HEX_RUN.sub(lambda found: shape(found[0]), text)
    text = _NUMBER.sub(lambda found: "0" * len(found[0]), text)
    return _SERIAL.sub(_serial, text)


def _serial(found: Match[str]) -> str:
    """A MAC address that is masked already stays as it is."""
    if MASKED_MAC.fullmatch(found[0]):
        return found[0]
    return shape(found[0], prefix=_NAME_PREFIX)


def mask_challenge(text: str, keep: frozenset[str] = frozenset()) -> str:
    """A WWW-Authenticate header: its nonces, all tokens, and the serial that a realm ends in.

    A realm `Login to X` stays where X is in `keep` (lower case): a brand, not a device.
    """
    parts = []
    end = 0
    for found in _NONCE.finditer(text):
        parts += [_realm(text[end : found.start()], keep), found[1], _nonce(found[2])]
        end = found.end()
    return "".join((*parts, _realm(text[end:], keep)))


def _realm(text: str, keep: frozenset[str]) -> str:
    text = _LOGIN.sub(lambda m: m[0] if m[2].casefold() in keep else m[1] + mask_serial(m[2]), text)
    return _REALM_TAIL.sub(lambda found: f"({shape(found[1], prefix=2)})", mask_tokens(text))


def _nonce(text: str) -> str:
    if text.startswith(_NONCE_MARK):
        return _NONCE_MARK + shape(text[len(_NONCE_MARK) :])
    if len(text) % 2 == 0 and re.fullmatch(r"(?:[2-7][0-9A-Fa-f]){8,}", text):
        # Hex of readable text, itself mostly base64: its inside keeps its shape.
        plain = bytes.fromhex(text).decode("ascii")
        if plain.isprintable():
            return shape(plain).encode().hex()
    return shape(text)


def mask_secrets(text: str, secrets: Secrets) -> str:
    """What is known of this device, wherever it stands and however it is written."""
    for mac in secrets.macs:
        text = _mac_pattern(mac).sub(_zero_tail, text)
        tail = re.compile(rf"(?i)(?<![0-9a-z]){mac[6:]}(?![0-9a-z])")
        text = tail.sub("000000", text)
    for serial in sorted(secrets.serials, key=lambda each: (-len(each), each)):
        text = re.sub(re.escape(serial), lambda found: shape(found[0]), text, flags=re.IGNORECASE)
    for address in sorted(secrets.addresses):
        text = _address_pattern(address).sub(ADDRESS6 if ":" in address else ADDRESS4, text)
    for name in sorted(secrets.names, key=lambda each: (-len(each), each)):
        for form in dict.fromkeys((name, quote(name, safe=""), quote(name))):
            bounded = rf"(?<![0-9A-Za-z]){re.escape(form)}(?![0-9A-Za-z])"
            text = re.sub(bounded, NAME, text, flags=re.IGNORECASE)
    return text


def _mac_pattern(mac: str) -> re.Pattern[str]:
    pairs = [mac[place : place + 2] for place in range(0, 12, 2)]
    return re.compile("(?i)" + "(?:[:._ -]|%3a|%2d)?".join(pairs))


def _zero_tail(found: Match[str]) -> str:
    """Everything after the first six hex digits becomes zeros, joints stay."""
    text = found[0]
    joints = re.split(r"(%3[Aa]|%2[Dd]|[:._ -])", text)
    seen = 0
    out = []
    for part in joints:
        if re.fullmatch(r"%3[Aa]|%2[Dd]|[:._ -]", part):
            out.append(part)
            continue
        keep = max(0, min(len(part), 6 - seen))
        out.append(part[:keep] + "0" * (len(part) - keep))
        seen += len(part)
    return "".join(out)


def _address_pattern(address: str) -> re.Pattern[str]:
    if ":" in address:
        return re.compile(rf"(?i)(?<![0-9a-f:]){re.escape(address)}(?![0-9a-f:])")
    joined = r"(?:[._-]|%2[Ee])".join(address.split("."))
    return re.compile(rf"(?<!\d){joined}(?!\d)")
