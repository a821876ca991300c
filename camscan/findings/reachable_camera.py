"""`reachable-camera`: a camera or recorder was reached from a network that, by your word, should
not reach any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from camscan.config import NetworkConfig
from camscan.egress.event import device_name
from camscan.findings.networks import Networks, is_equipment
from camscan.model.conversation import Conversation, Direction
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

_WRITE = (
    "no [[networks]] of camscan.toml says which networks should not reach cameras: write name,"
    " cidr and reaches_cameras = false"
)
_MOST_PORTS = 12
_MOST_PEERS = 5


class ReachableCamera:
    """One finding per device and network; `high`: what was to be kept apart is not.

    Reached means that a TCP port was open to a scan with that `vantage`, or that traffic shows
    the device answer somebody there who began.
    """

    id = "reachable-camera"

    def __init__(self, networks: Sequence[NetworkConfig] = ()) -> None:
        self._barred = Networks(networks, lambda one: one.reaches_cameras is False)
        self._said = Networks(networks, lambda one: one.reaches_cameras is not None)

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices, those of the scan first."""
        names = self._barred.names
        vantage = vantage_of(run)
        talks: dict[str, list[Conversation]] = {}
        for talk in run.conversations if names else ():
            if talk.device is not None and _answered(talk):
                talks.setdefault(talk.device, []).append(talk)
        for device in filter(is_equipment, run.devices):
            told: dict[str, list[str]] = {}
            ids: dict[str, list[str]] = {}
            if vantage in names and (ports := _open(device)):
                text = f"open to a scan from there: {', '.join(ports[:_MOST_PORTS])}"
                told.setdefault(vantage or "", []).append(text)
            for name, group in self._groups(talks.get(device.id, ())):
                told.setdefault(name, []).append(_traffic(group))
                ids[name] = [talk.id for talk in group]
            for name, texts in told.items():
                if not self._inside(device, name):
                    yield self._finding(device, name, texts, ids.get(name, []))

    def _groups(self, talks: Iterable[Conversation]) -> Iterator[tuple[str, list[Conversation]]]:
        groups: dict[str, list[Conversation]] = {}
        for talk in talks:
            network = self._said.of(talk.peer or "")
            if network is not None and network.reaches_cameras is False:
                groups.setdefault(network.name, []).append(talk)
        yield from groups.items()

    def _inside(self, device: Device, name: str) -> bool:
        """A camera in that network itself is another question: `misplaced-camera`."""
        held = (self._said.of(address) for address in device.addresses)
        return any(network is not None and network.name == name for network in held)

    def _finding(
        self, device: Device, network: str, texts: list[str], evidence: list[str]
    ) -> Finding:
        address = device.addresses[0] if device.addresses else device.id
        return Finding(
            id=finding_id(self.id, device.id, network),
            rule=self.id,
            severity=Severity.HIGH,
            title=f"{device_name(device, address)} is reached from a network that should not"
            " reach cameras",
            device=device.id,
            detail=(
                f"{network} has reaches_cameras = false in [[networks]] of your camscan.toml;"
                f" {'; '.join(texts)}."
            ),
            advice=(
                "Close the way at the firewall or router between the two networks; let only the"
                " recorder and those who manage cameras through. Then scan again from there."
            ),
            evidence=tuple(evidence),
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Without the user's word, or where nothing was looked at from such a network."""
        names = self._barred.names
        if not names:
            return (Skip(subject="camscan.toml", what=self.id, reason=_WRITE),)
        if vantage_of(run) in names or run.conversations:
            return ()
        vantages = {part.run.scope.vantage for part in run.parts}
        what = (
            "runs from several places were merged: report each by itself"
            if len(vantages) > 1
            else f"nothing was asked from {', '.join(names)}: scan from there with --vantage NAME,"
            " or give camscan egress a capture that sees traffic from there"
        )
        return (Skip(subject="vantage", what=self.id, reason=what),)


def vantage_of(run: Run) -> str | None:
    """The network that all parts of a run were asked from; None where it is not known."""
    vantages = {part.run.scope.vantage for part in run.parts}
    return vantages.pop() if len(vantages) == 1 else None


def _open(device: Device) -> list[str]:
    return [
        f"{port.port}/{port.transport}"
        for port in device.ports
        if port.status == "open" and port.transport == "tcp"
    ]


def _answered(talk: Conversation) -> bool:
    """True where somebody else began and the device sent something back."""
    return talk.direction is Direction.IN and bool(talk.packets_out or talk.bytes_out)


def _traffic(group: Sequence[Conversation]) -> str:
    peers = list(dict.fromkeys(talk.peer for talk in group if talk.peer is not None))
    ports = dict.fromkeys(
        f"{talk.port}/{talk.protocol}" if talk.port else talk.protocol for talk in group
    )
    first = min(talk.first for talk in group)
    shown = ", ".join(peers[:_MOST_PEERS])
    more = f" and {len(peers) - _MOST_PEERS} more" if len(peers) > _MOST_PEERS else ""
    return (
        f"it answered {shown}{more} on {', '.join(list(ports)[:_MOST_PORTS])}, first at"
        f" {first:%Y-%m-%d %H:%M:%S} UTC"
    )
