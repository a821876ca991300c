"""Targets and their evidence become devices: merged on keys, identified, sorted."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from camscan.inventory.keys import Key, keys_of, same_device, usable_keys
from camscan.model.coverage import Skip
from camscan.model.device import Channels, Device, EvidenceRecord, Port
from camscan.model.evidence import Evidence
from camscan.model.identity import Band, Identity

# IPv4 is what most targets are, and is told without parsing the address.
_OCTETS = frozenset(map(str, range(256)))
_NO_ADDRESS = 9  # behind IPv4, IPv6 and link-local IPv6
_KEY_ORDER = ("mac", "serial", "uuid", "certificate")


class Verdict(Protocol):
    """What matching says of one device, and what it would not conclude and why."""

    @property
    def identity(self) -> Identity: ...

    @property
    def skips(self) -> tuple[Skip, ...]: ...


class Identifier(Protocol):
    """What merge needs of matching."""

    def judge(self, evidence: Sequence[Evidence]) -> Verdict:
        """Judge all evidence of one device together."""


class NamedIdentifier(Protocol):
    """The same of one target at a time."""

    def judge(self, evidence: Mapping[str, Evidence]) -> Verdict:
        """Judge all evidence of one device, given by its ids."""


class Inventory(Struct, frozen=True, kw_only=True):
    """Devices in address order, and what could not be concluded of them."""

    devices: tuple[Device, ...]
    skips: tuple[Skip, ...]


def address_order(address: str) -> tuple[int, int, str]:
    """IPv4 before IPv6, numeric; an identifier that is no address comes last."""
    bare = address.partition("%")[0]
    try:
        parsed = ipaddress.ip_address(bare)
    except ValueError:
        return (_NO_ADDRESS, 0, address)
    link_local = parsed.version == 6 and parsed.is_link_local
    return (parsed.version + int(link_local), int(parsed), address)


def _is_address(target: str) -> bool:
    return address_order(target)[0] < _NO_ADDRESS


def _primary(device: Device) -> str:
    return device.addresses[0] if device.addresses else device.mac or device.id


def build_devices(
    evidence: Iterable[Evidence],
    ports: Mapping[str, Sequence[Port]],
    identifier: Identifier,
    site_of: Callable[[str], str | None] = lambda _: None,
    *,
    mergeable: Callable[[str], bool] = lambda _: True,
) -> Inventory:
    """All devices behind `evidence` and `ports` (both by target), in address order.

    A target with ports and no evidence is a device too: every host that answered is one. What is
    not `mergeable` (an answer from outside the scope) stays alone, whatever it claims to be.
    """
    by_target: dict[str, list[Evidence]] = defaultdict(list)
    for item in evidence:
        by_target[item.target].append(item)
    for target in ports:
        by_target.setdefault(target, [])
    keys = usable_keys(
        {
            target: keys_of(items) if mergeable(target) else frozenset()
            for target, items in by_target.items()
        }
    )
    judged = [
        _device(group, by_target, ports, keys, identifier, site_of) for group in _groups(keys)
    ]
    judged.sort(key=lambda pair: address_order(_primary(pair[0])))
    return Inventory(
        devices=unique_ids([device for device, _ in judged]),
        skips=tuple(skip for _, skips in judged for skip in skips),
    )


def single_device(
    target: str,
    evidence: Sequence[Evidence],
    identifier: NamedIdentifier,
    ports: tuple[Port, ...] = (),
) -> tuple[Device, tuple[Skip, ...]]:
    """The device behind one target of recorded answers; its id is the target's."""
    named = _unique(evidence)
    return _built(target, addresses_of(target), None, ports, named, identifier.judge(named))


def addresses_of(target: str) -> tuple[str, ...]:
    """The target itself where it is an address, and not a name that a user gave."""
    if target.count(".") == 3 and _OCTETS.issuperset(target.split(".")):
        return (target,)
    return (target,) if _is_address(target) else ()


def rejudged_device(
    addresses: Sequence[str],
    evidence: Sequence[Evidence],
    ports: Sequence[Port],
    keys: frozenset[Key],
    identifier: Identifier,
    site: str | None,
) -> tuple[Device, tuple[Skip, ...]]:
    """A device that is already known to be one, judged from evidence of several runs."""
    first = addresses[0]
    return _device(
        addresses,
        {**dict.fromkeys(addresses, ()), first: evidence},
        {first: ports},
        {**dict.fromkeys(addresses, frozenset[Key]()), first: keys},
        identifier,
        lambda _: site,
    )


def _groups(keys: Mapping[str, frozenset[Key]]) -> list[list[str]]:
    """Targets that are one device; every member must agree with every other."""
    groups: list[list[str]] = []
    holders: dict[Key, list[int]] = defaultdict(list)
    for target in sorted(keys, key=address_order):
        home = None
        for index in dict.fromkeys(i for key in sorted(keys[target]) for i in holders[key]):
            members = groups[index]
            if all(
                same_device(keys[member], keys[target], (_version(member), _version(target)))
                for member in members
            ):
                home = index
                break
        if home is None:
            home = len(groups)
            groups.append([])
        groups[home].append(target)
        for key in keys[target]:
            holders[key].append(home)
    return groups


def _version(target: str) -> int:
    return 6 if ":" in target else 4


def _device(
    group: Sequence[str],
    by_target: Mapping[str, Sequence[Evidence]],
    ports: Mapping[str, Sequence[Port]],
    keys: Mapping[str, frozenset[Key]],
    identifier: Identifier,
    site_of: Callable[[str], str | None],
) -> tuple[Device, tuple[Skip, ...]]:
    seen_ports = {
        (port.port, port.transport): port for target in group for port in ports.get(target, ())
    }
    # A target may be the MAC of a sender that was only heard.
    addresses = tuple(sorted(filter(_is_address, group), key=address_order))
    evidence = _unique(item for target in group for item in by_target[target])
    return _built(
        _device_id(group, keys),
        addresses,
        next((site for a in addresses if (site := site_of(a)) is not None), None),
        tuple(seen_ports[key] for key in sorted(seen_ports)),
        evidence,
        identifier.judge(tuple(evidence.values())),
    )


def _unique(evidence: Iterable[Evidence]) -> dict[str, Evidence]:
    """Evidence by its id; of what was seen twice, the first."""
    items = tuple(evidence)
    unique = {item.id: item for item in items}
    if len(unique) < len(items):
        unique = {}
        for item in items:
            unique.setdefault(item.id, item)
    return unique


def _built(
    device_id: str,
    addresses: tuple[str, ...],
    site: str | None,
    ports: tuple[Port, ...],
    evidence: Mapping[str, Evidence],
    verdict: Verdict,
) -> tuple[Device, tuple[Skip, ...]]:
    """The device that `evidence` (by its id) shows."""
    identity = verdict.identity
    device = Device(
        id=device_id,
        addresses=addresses,
        mac=identity.mac.value if identity.mac else None,
        site=site,
        class_=identity.device_class,
        maker=identity.maker,
        brand=identity.brand,
        platform=identity.platform,
        model=identity.model,
        firmware=identity.firmware,
        serial=identity.serial.value if identity.serial else None,
        channels=_channels(evidence.values()),
        ports=ports,
        evidence=tuple(
            [
                EvidenceRecord(
                    id=name,
                    field=item.field,
                    value=item.value,
                    method=item.method,
                    port=item.port,
                    at=item.at,
                    address=item.target,
                )
                for name, item in evidence.items()
            ]
        ),
        alternatives=_alternatives(identity),
    )
    return device, verdict.skips


def _device_id(group: Sequence[str], keys: Mapping[str, frozenset[Key]]) -> str:
    """Equal over runs: from the strongest key, else from the first address."""
    held = {key for target in group for key in keys[target]}
    for kind in _KEY_ORDER:
        values = sorted(key.value for key in held if key.kind == kind)
        if values:
            text = f"{kind}\x1f{values[0]}"
            break
    else:
        text = f"address\x1f{min(group, key=address_order)}"
    return "d" + hashlib.sha256(text.encode()).hexdigest()[:12]


def unique_ids(devices: Sequence[Device]) -> tuple[Device, ...]:
    """Two devices that share their strongest key (a cloned MAC) stay apart by their address, or
    the MAC of one without."""
    taken: set[str] = set()
    out = []
    for device in devices:
        if device.id in taken:
            text = f"{device.id}\x1f{_primary(device)}"
            device = replace(device, id="d" + hashlib.sha256(text.encode()).hexdigest()[:12])
        taken.add(device.id)
        out.append(device)
    return tuple(out)


def _alternatives(identity: Identity) -> tuple[str, ...]:
    named = (
        ("maker", identity.maker),
        ("brand", identity.brand),
        ("class", identity.device_class),
        ("model", identity.model),
    )
    # Few claims have rivals, and this is asked of every device: no generator without need.
    found: list[str] = []
    for what, claim in named:
        if claim is not None and claim.rivals:
            found += [f"{what}: {rival.value} ({rival.band})" for rival in claim.rivals]
    return tuple(found)


def _channels(evidence: Iterable[Evidence]) -> Channels | None:
    """Video channels as an inquiry states them; 0 and what is no number say nothing."""
    for item in evidence:
        if (found := channels_of(item.field, item.value)) is not None:
            return found
    return None


def channels_of(field: str, value: str) -> Channels | None:
    """Video channels that one piece of evidence states."""
    if field not in CHANNEL_FIELDS or not _COUNT.fullmatch(value):
        return None
    return Channels(value=int(value), band=Band.PROBABLE, source=field)


_COUNT = re.compile(r"[1-9][0-9]{0,4}")
CHANNEL_FIELDS = frozenset(
    {
        "sadp.digital_channel_num",
        "dhip.remote_video_input_channels",
        "xm.channel_num",
        "panasonic.channels",
        "juan.channel_cnt",
    }
)
