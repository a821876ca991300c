"""The devices of two runs side by side: which is the same, which is new, which is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from camscan.inventory.keys import Key, keys_of
from camscan.inventory.lookup import evidence_of
from camscan.model.count import class_of
from camscan.model.device import Device
from camscan.model.identity import Band, EntityClaim
from camscan.model.run import Run

IDENTIFYING = ("mac", "serial", "uuid")
"""Kinds of keys that a device keeps for life; certificates are renewed and shared."""


class Pairing(Struct, frozen=True, kw_only=True):
    """`same`: (before, after), in the order of the later run; `new` only in the later run,
    `missing` only in the earlier one."""

    same: tuple[tuple[Device, Device], ...]
    new: tuple[Device, ...]
    missing: tuple[Device, ...]


def pair(before: Run, after: Run) -> Pairing:
    """Devices are the same by their id, by a key that one device of each run has, or, where no key
    and no identity speaks against it, by an address at the same site."""
    return pair_devices(before.devices, after.devices)


def pair_devices(before: Iterable[Device], after: Iterable[Device]) -> Pairing:
    """The same of devices."""
    old, new = tuple(before), tuple(after)
    keys = _Keys()
    left = {device.id: device for device in old}
    found: dict[str, Device] = {}

    def take(earlier: Device, later: Device) -> None:
        found[later.id] = earlier
        del left[earlier.id]

    for device in new:
        earlier = left.get(device.id)
        if earlier is not None and not _contradicted(earlier, device, keys):
            take(earlier, device)
    rest = [device for device in new if device.id not in found]
    for kind in IDENTIFYING:
        holders = _single(left.values(), keys, kind)
        for key, device in _single(rest, keys, kind).items():
            earlier = holders.get(key)
            if earlier is not None and earlier.id in left and device.id not in found:
                take(earlier, device)
    by_address = {address: device for device in left.values() for address in device.addresses}
    for device in rest:
        if device.id in found:
            continue
        for address in device.addresses:
            earlier = by_address.get(address)
            if (
                earlier is not None
                and earlier.id in left
                and (earlier.site == device.site or None in (earlier.site, device.site))
                and not keys_conflict(keys.of(earlier), keys.of(device))
                and not _contradicted(earlier, device, keys)
            ):
                take(earlier, device)
                break
    return Pairing(
        same=tuple((found[device.id], device) for device in new if device.id in found),
        new=tuple(device for device in new if device.id not in found),
        missing=tuple(left.values()),
    )


class _Keys:
    """Keys of devices, read when they are asked for: most are known again by their id."""

    def __init__(self) -> None:
        self._held: dict[int, frozenset[Key]] = {}

    def of(self, device: Device) -> frozenset[Key]:
        """The keys of a device that stays in memory meanwhile."""
        found = self._held.get(id(device))
        if found is None:
            found = self._held[id(device)] = device_keys(device)
        return found


def device_keys(device: Device) -> frozenset[Key]:
    """What identifies a device: the keys of its evidence, and its MAC and serial."""
    found = set(keys_of(evidence_of(device)))
    if device.mac is not None:
        found.add(Key("mac", device.mac.lower()))
    if device.serial:
        found.add(Key("serial", device.serial.strip().lower()))
    return frozenset(found)


def same_device_by_keys(first: frozenset[Key], second: frozenset[Key]) -> bool:
    """True where they have an identifying key in common and no other kind speaks against it."""
    return any(key.kind in IDENTIFYING for key in first & second) and not keys_conflict(
        first, second
    )


def _single(devices: Iterable[Device], keys: _Keys, kind: str) -> dict[Key, Device]:
    """Keys of one kind that exactly one device has; a router's MAC or a default serial has many."""
    held = [(key, device) for device in devices for key in sorted(keys.of(device))]
    counts = Counter(key for key, _ in held)
    return {key: device for key, device in held if key.kind == kind and counts[key] == 1}


def keys_conflict(first: frozenset[Key], second: frozenset[Key]) -> bool:
    """True where both have keys of a kind and none of it in common."""
    kinds = {key.kind for key in first} & {key.kind for key in second}
    agreed = {key.kind for key in first & second}
    return any(kind in IDENTIFYING for kind in kinds - agreed)


def _contradicted(first: Device, second: Device, keys: _Keys) -> bool:
    """True where no key says that they are one, and class or maker say that they are not."""
    classes = {class_of(first), class_of(second)} - {None}
    makers = {claim.id for one in (first, second) if (claim := _sure(one.maker)) is not None}
    if len(classes) <= 1 and len(makers) <= 1:
        return False
    return not any(key.kind in IDENTIFYING for key in keys.of(first) & keys.of(second))


def _sure(claim: EntityClaim | None) -> EntityClaim | None:
    return claim if claim is not None and claim.band.reaches(Band.PROBABLE) else None
