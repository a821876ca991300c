"""What changed between two runs: devices that are new, gone, moved, or have other firmware."""

from __future__ import annotations

from msgspec import Struct

from camscan.inventory.asked import Asked
from camscan.inventory.pairing import device_keys, pair, same_device_by_keys
from camscan.model.device import Device
from camscan.model.firmware import claimed
from camscan.model.run import Run

SWITCH_PORT = "switch.port"
"""The field by which a controller says on which switch and port a client is."""


class Moved(Struct, frozen=True, kw_only=True):
    """One device that is elsewhere; `what` is `address`, `site` or `switch port`."""

    before: Device
    after: Device
    what: str
    was: str
    now: str


class NewFirmware(Struct, frozen=True, kw_only=True):
    """One device with other firmware; `older` is None where nobody can tell the order."""

    before: Device
    after: Device
    was: str
    now: str
    older: bool | None


class Unseen(Struct, frozen=True, kw_only=True):
    """A device of one run that the other did not see; `reason` why that says nothing, else None.

    `replaced` is the device that answers at its address now.
    """

    device: Device
    reason: str | None
    replaced: Device | None = None


class Comparison(Struct, frozen=True, kw_only=True):
    """`new` and `gone` hold every device of one run only, each with what the other asked."""

    before: Run
    after: Run
    same: tuple[tuple[Device, Device], ...]
    new: tuple[Unseen, ...]
    gone: tuple[Unseen, ...]
    moved: tuple[Moved, ...]
    firmware: tuple[NewFirmware, ...]


def compare(before: Run, after: Run) -> Comparison:
    """The later run held against the earlier one; pure."""
    pairing = pair(before, after)
    asked_then, asked_now = Asked(before), Asked(after)
    holders = {address: device for device in after.devices for address in device.addresses}
    gone = []
    for device in pairing.missing:
        replaced = next((holders[a] for a in device.addresses if a in holders), None)
        # Somebody else answers there: the address was asked, whatever the coverage says.
        reason = None if replaced is not None else asked_now.why_not(device)
        gone.append(Unseen(device=device, reason=reason, replaced=replaced))
    return Comparison(
        before=before,
        after=after,
        same=pairing.same,
        new=tuple(
            Unseen(device=device, reason=asked_then.why_not(device)) for device in pairing.new
        ),
        gone=tuple(gone),
        moved=tuple(move for old, new in pairing.same for move in _moves(old, new)),
        firmware=tuple(
            change for old, new in pairing.same if (change := _firmware(old, new)) is not None
        ),
    )


def _moves(old: Device, new: Device) -> list[Moved]:
    found = []
    # Without a key in common it is the same by its address: then it cannot have moved.
    if (
        old.addresses
        and new.addresses
        and not set(old.addresses) & set(new.addresses)
        and same_device_by_keys(device_keys(old), device_keys(new))
    ):
        found.append(("address", ", ".join(old.addresses), ", ".join(new.addresses)))
    if old.site is not None and new.site is not None and old.site != new.site:
        found.append(("site", old.site, new.site))
    was, now = switch_port(old), switch_port(new)
    if was is not None and now is not None and was != now:
        found.append(("switch port", was, now))
    return [Moved(before=old, after=new, what=what, was=was, now=now) for what, was, now in found]


def switch_port(device: Device) -> str | None:
    """Where a controller or switch said that the device is connected; the latest word."""
    said = [item for item in device.evidence if item.field == SWITCH_PORT]
    return max(said, key=lambda item: item.at).value if said else None


def _firmware(old: Device, new: Device) -> NewFirmware | None:
    was, now = old.firmware, new.firmware
    if was is None or now is None or was.value == now.value:
        return None
    if (was.version, was.build) == (now.version, now.build) and was.version is not None:
        return None  # the same release, printed in another way
    order = None
    if old.maker is not None and new.maker is not None and _one_model(old, new):
        order = claimed(new.maker.id, now).compared(claimed(old.maker.id, was))
    return NewFirmware(
        before=old,
        after=new,
        was=was.value,
        now=now.value,
        older=None if order is None else order < 0,
    )


def _one_model(old: Device, new: Device) -> bool:
    """Most makers number each product by itself."""
    return old.model is not None and new.model is not None and old.model.value == new.model.value
