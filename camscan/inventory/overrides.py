"""A user's word about devices: it stands in front of what was measured and never replaces it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from camscan.inventory.pairing import IDENTIFYING, device_keys
from camscan.model.device import Device, Stated
from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim
from camscan.model.run import Run

Key: TypeAlias = Literal["site", "name", "maker", "model", "class", "note"]
KEYS: tuple[Key, ...] = ("site", "name", "maker", "model", "class", "note")
RULE = "stated"
"""In `rules` of a claim that is a user's."""
_MARK = " is the word of "


class Override(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One word: `key` of a device is `value`, as `by` said at `at`.

    The device is known again by its id (`device`) or any of `keys` (`mac:…`, `serial:…`,
    `uuid:…`). `title` and `country` complete a maker; `address` is for the reader.
    """

    device: str
    key: Key
    value: str
    by: str
    at: datetime
    why: str = ""
    keys: tuple[str, ...] = ()
    address: str = ""
    title: str = ""
    country: str = ""


def handles(device: Device) -> tuple[str, ...]:
    """What an override knows a device by, beside its id."""
    return tuple(
        f"{key.kind}:{key.value}" for key in sorted(device_keys(device)) if key.kind in IDENTIFYING
    )


def with_overrides(run: Run, overrides: Sequence[Override]) -> Run:
    """The run with the user's words in front; pure, and the same when it is done again."""
    if not overrides:
        return run
    by_id: dict[str, list[Override]] = defaultdict(list)
    by_handle: dict[str, list[Override]] = defaultdict(list)
    for each in overrides:
        by_id[each.device].append(each)
        for handle in each.keys:
            by_handle[handle].append(each)
    held = [handles(device) if by_handle else () for device in run.devices]
    # What several devices have (the MAC of a router before them) tells none of them.
    shared = Counter(handle for own in held for handle in own)
    devices = []
    for device, own in zip(run.devices, held, strict=True):
        found = list(by_id.get(device.id, ()))
        found += [
            each for handle in own if shared[handle] == 1 for each in by_handle.get(handle, ())
        ]
        devices.append(_applied(device, found) if found else device)
    return replace(run, devices=tuple(devices))


def _applied(device: Device, overrides: Iterable[Override]) -> Device:
    latest: dict[Key, Override] = {}
    for each in overrides:
        held = latest.get(each.key)
        if held is None or each.at >= held.at:
            latest[each.key] = each
    said = {word.key: word for word in device.words}
    notes = [line for line in device.alternatives if _MARK not in line]
    for key in KEYS:
        one = latest.get(key)
        if one is None:
            continue
        # What was applied before has the measured value; the claim by now is the user's.
        before = said.get(key)
        known = before.measured if before is not None else measured(device, key)
        said[key] = Stated(
            key=key, value=one.title or one.value, measured=known, by=one.by, at=one.at, why=one.why
        )
        device = _with(device, one)
    lines = [_line(said[key]) for key in KEYS if key in said and key in ("class", "maker", "model")]
    ordered = tuple(said[key] for key in KEYS if key in said)
    return replace(device, stated=ordered, alternatives=(*notes, *lines))


def _with(device: Device, one: Override) -> Device:
    match one.key:
        case "site":
            return replace(device, site=one.value)
        case "class":
            return replace(device, class_=_claim(one))
        case "model":
            return replace(device, model=_claim(one))
        case "maker":
            maker = EntityClaim(
                id=one.value,
                name=one.title or one.value,
                country=one.country or None,
                band=Band.CONFIRMED,
                rules=(RULE,),
            )
            return replace(device, maker=maker)
        case _:
            return device


def _claim(one: Override) -> Claim:
    return Claim(value=one.value, band=Band.CONFIRMED, rules=(RULE,))


def measured(device: Device, key: Key) -> str | None:
    """What the run itself says, with its band: `Hikvision (confirmed)`."""
    match key:
        case "site":
            return device.site
        case "maker":
            return _text(device.maker)
        case "class":
            return _text(device.class_)
        case "model":
            return _text(device.model)
        case _:
            return None


def _text(claim: Claim | EntityClaim | FirmwareClaim | None) -> str | None:
    if claim is None:
        return None
    value = claim.name if isinstance(claim, EntityClaim) else claim.value
    return f"{value} ({claim.band})"


def _line(word: Stated) -> str:
    why = f" ({word.why})" if word.why else ""
    return (
        f"{word.key}{_MARK}{word.by}, {word.at:%Y-%m-%d}{why}; measured:"
        f" {word.measured or 'unknown'}"
    )


def told(word: Stated) -> str:
    """One word in a sentence, with what was measured."""
    why = f" ({word.why})" if word.why else ""
    text = f"{word.key} is {word.value}, said {word.by} on {word.at:%Y-%m-%d}{why}"
    if word.key in ("name", "note"):
        return text
    return f"{text}; measured: {word.measured or 'unknown'}"


def is_word(line: str) -> bool:
    """True for one of `alternatives` that tells of a user's word."""
    return _MARK in line
