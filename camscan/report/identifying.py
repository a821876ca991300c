"""What of a run tells whose it is: sites, networks, and every word that names a device.

A maker, a brand and a model tell nobody's name, and are none of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from camscan.inventory.merge import address_order
from camscan.model.device import Device
from camscan.model.run import MergedRun, Run
from camscan.report.peers import PeerLabels
from camscan.report.scrub import ADDRESS, FIRMWARE, NAME

_OWN_SUFFIXES = ("local", "lan", "localdomain", "internal", "intranet", "corp", "home", "arpa")
_NAME_FIELDS = (
    "onvif.hostname",
    "onvif.serial",
    "wsd.endpoint",
    "wsd.scope",
    "upnp.friendly_name",
    "upnp.serial",
    "mdns.instance",
    "mdns.host",
    "dhcp.hostname",
    "tls.subject",
    "tls.san",
    "tls.sha256",
    "tls.spki_sha256",
    "ssdp.usn",
    "mac.address",
)
_NAME_ENDS = ("name", "host", "serial", "uuid", "sn", "id", "address")
_LONGEST_NAME = 80


def sites_of(run: Run) -> set[str]:
    """Every site that a part of the run names."""
    sites = {device.site for device in run.devices} | {run.run.site}
    for part in (*run.parts, MergedRun(run=run.run, coverage=run.coverage)):
        sites |= {subnet.site for subnet in part.coverage.subnets} | {part.run.site}
    return {site for site in sites if site is not None}


def networks_of(run: Run) -> set[str]:
    """Subnets of the coverage, and what the scope names, excluded or not."""
    found: set[str] = set()
    for part in (*run.parts, MergedRun(run=run.run, coverage=run.coverage)):
        found.update(subnet.cidr for subnet in part.coverage.subnets)
        found.update(part.run.scope.targets, part.run.scope.exclude)
    return found


def network_order(text: str) -> tuple[tuple[int, int, str], str]:
    """Sorts networks as their addresses are sorted."""
    address, _, length = text.partition("/")
    return address_order(address), length


def words_of(
    run: Run, devices: dict[str, str], places: dict[str, str], peers: PeerLabels
) -> dict[str, str]:
    """Every word that may not be seen, with its label, but for `peers`, which win over places and
    names; devices win over what they are called."""
    known: dict[str, str] = {}
    for part in run.parts:
        for source in part.run.scope.sources:
            known[source] = known[source.replace("\\", "/").rpartition("/")[2]] = "(file)"
        if part.run.authorised_by is not None:
            known[part.run.authorised_by.name] = NAME
    for device in run.devices:
        label = devices[device.id]
        called = [word.value for word in device.words if word.key == "name"]
        for text in (*called, *_names(device)):
            known[text] = label if known.get(text, label) == label else NAME
    known |= places
    known = {text: label for text, label in known.items() if peers.label(text) is None}
    known |= {peer: peers.label(peer) or ADDRESS for peer in peers.unusual}
    for device in run.devices:
        label = devices[device.id]
        known[device.id] = label
        if device.firmware is not None:
            texts = (device.firmware.value, device.firmware.version, device.firmware.build)
            words = (*device.firmware.value.split(), *texts)
            told = (word for word in words if word and any(map(str.isdigit, word)))
            known |= dict.fromkeys(told, FIRMWARE)
        known |= dict.fromkeys(device.addresses, label)
        for key in (device.mac, device.serial):
            if key is not None:
                known |= dict.fromkeys(_spellings(key), label)
    return known


def _names(device: Device) -> Iterator[str]:
    """What a device's own answers call it: host names, serials, UUIDs, names in certificates."""
    for item in device.evidence:
        if not _holds_name(item.field):
            continue
        if len(item.value) <= _LONGEST_NAME and not _says_who_made(item.value, device):
            yield item.value
        for word in item.value.replace("=", " ").replace(",", " ").replace("/", " ").split():
            if (
                len(word) > 3
                and any(c.isdigit() for c in word)
                and not _says_who_made(word, device)
            ):
                yield word.strip(".")


@lru_cache(maxsize=4096)
def _holds_name(field: str) -> bool:
    return field in _NAME_FIELDS or field.rpartition(".")[2].endswith(_NAME_ENDS)


def _says_who_made(text: str, device: Device) -> bool:
    """True for what is also a maker, brand or model, and stays."""
    folded = text.casefold()
    claims = (device.maker, device.brand)
    known = [word for claim in claims if claim for word in (claim.id, claim.name)]
    known += [device.model.value] if device.model is not None else []
    return folded in {word.casefold() for word in known}


def _spellings(text: str) -> tuple[str, ...]:
    """A MAC address as people write it; of anything else itself."""
    bare = text.replace(":", "")
    if len(bare) != 12 or text.count(":") != 5:
        return (text,)
    return (text, bare, text.replace(":", "-"), f"{bare[:4]}.{bare[4:8]}.{bare[8:]}")


def is_own_name(name: str) -> bool:
    """True for names that only the network's own DNS can know."""
    labels_ = name.lower().rstrip(".").split(".")
    return len(labels_) < 2 or labels_[-1] in _OWN_SUFFIXES
