"""Keys by which two targets may be one device, and the rules that keep strangers apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from camscan.model.evidence import Evidence

WIDELY_SHARED = 3
"""A value on more targets than this is a default of the firmware, not a key."""

_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_NO_KEY = frozenset(
    {
        "",
        "0",
        "none",
        "null",
        "unknown",
        "00000000",
        "123456",
        "12345678",
        "123456789",
        "1234567890",
    }
)
_KEY_FIELDS: Mapping[str, str] = {
    "mac.address": "mac",
    "sadp.device_sn": "serial",
    "dhip.serial_no": "serial",
    "wsd.endpoint": "uuid",
    "tls.sha256": "certificate",
}
# What a device says of itself, by UPnP or in an answer to its maker's own inquiry: `sadp.mac`.
_KEY_NAMES = frozenset({"mac", "serial"})


class Key(Struct, frozen=True, order=True):
    """One identifying value: kind (`mac`, `serial`, `uuid`, `certificate`) and text."""

    kind: str
    value: str


def keys_of(evidence: Iterable[Evidence]) -> frozenset[Key]:
    """The keys that the evidence of one target holds."""
    found = set()
    for item in evidence:
        kind = _kind(item.field)
        if kind is None:
            continue
        value = item.value.strip().lower()
        if value in _NO_KEY or (kind == "mac" and not _MAC.fullmatch(value)):
            continue
        if kind == "uuid":
            value = value.removeprefix("urn:").removeprefix("uuid:")
        found.add(Key(kind, value))
    return frozenset(found)


def _kind(field: str) -> str | None:
    name = field.partition(".")[2]
    return _KEY_FIELDS.get(field) or (name if name in _KEY_NAMES else None)


def usable_keys(per_target: Mapping[str, frozenset[Key]]) -> Mapping[str, frozenset[Key]]:
    """Drop the values that so many targets share that they identify nobody."""
    shared = Counter(key for keys in per_target.values() for key in keys)
    return {
        target: frozenset(key for key in keys if shared[key] <= WIDELY_SHARED)
        for target, keys in per_target.items()
    }


def same_device(first: frozenset[Key], second: frozenset[Key], versions: Sequence[int]) -> bool:
    """Whether two targets are one device by their keys; `versions` are their IP versions.

    A shared key merges only where no other kind of key conflicts. Two IPv4 addresses that share
    only a MAC may be a router, proxy ARP or one host with two addresses: a second key must agree.
    """
    shared = first & second
    if not shared:
        return False
    kinds = {key.kind for key in shared}
    for kind in {key.kind for key in first} & {key.kind for key in second} - kinds:
        if kind != "certificate":
            return False
    if kinds == {"mac"} and set(versions) == {4}:
        return False
    return kinds != {"certificate"}
