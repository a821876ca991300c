"""`rtsp-without-login`: a device describes its stream to anybody who asks.

Judged from camscan's own DESCRIBE of `/`, which sends no login and fetches no picture. What a
capture or another program saw says nothing: a login may have come before.
"""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.exposed import exposure, ports_text, records, unheard, video
from camscan.findings.reached import Reached
from camscan.model.coverage import Skip
from camscan.model.device import Device, EvidenceRecord
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run
from camscan.probes.plan import SERVICE_PORTS, Ask

_METHODS = ("rtsp", "rtsps")
_PORTS = frozenset(
    port for port, service in SERVICE_PORTS.items() if service.ask in (Ask.RTSP, Ask.RTSPS)
)


class RtspWithoutLogin:
    """One finding per device: `high` where the description names a picture or a sound, `low`
    where it names none."""

    id = "rtsp-without-login"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in video(run):
            described = [
                item
                for item in records(device, "rtsp.sdp")
                if item.method in _METHODS and "401" not in _statuses(device, item)
            ]
            if described:
                yield self._finding(device, described)

    def _finding(self, device: Device, described: list[EvidenceRecord]) -> Finding:
        media = _media(described)
        where = ports_text(item.port for item in described)
        names = " and ".join(media) if media else "no stream"
        detail = (
            f"DESCRIBE of / on {where} was answered without a login by a description of {names}."
            " Nothing further was asked: no stream was opened, and no picture was fetched, so"
            " whether the stream itself wants a login is not known."
        )
        return exposure(
            self.id,
            Severity.HIGH if media else Severity.LOW,
            device,
            f"describes its {'stream' if media else 'RTSP service'} without a login",
            detail=detail,
            advice=(
                "Switch RTSP authentication on (Digest) and give the recorder the login, or RTSP"
                " off where nobody uses it; then let only the recorder reach the port. Look at once"
                " who can reach it now: pictures of people are personal data."
            ),
            evidence=described,
            references=("rfc: RFC 2326 section 10.2",),
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices that were not asked, or whose answers tell neither."""
        reached = Reached(run)

        def why(device: Device) -> str | None:
            statuses = records(device, "rtsp.status")
            own = [item for item in statuses if item.method in _METHODS]
            if not statuses:
                return _silent(reached, device)
            if not own:
                return "RTSP was seen by others; whether after a login is not known"
            settled = any(item.value == "401" for item in own) or any(
                item.method in _METHODS for item in records(device, "rtsp.sdp")
            )
            if settled:
                return None
            return "RTSP wants no login for / and describes nothing there; no other path is tried"

        return unheard(self.id, run, why)


def _silent(reached: Reached, device: Device) -> str | None:
    known = {port.port: port.status for port in device.ports if port.transport == "tcp"}
    if any(known.get(number) == "open" for number in _PORTS):
        return "an RTSP port is open and did not answer"
    return None if reached.asked(device, _PORTS) else "RTSP was not asked"


def _statuses(device: Device, described: EvidenceRecord) -> set[str]:
    return {
        item.value
        for item in records(device, "rtsp.status")
        if item.port == described.port and item.address == described.address
    }


def _media(described: list[EvidenceRecord]) -> list[str]:
    """`video`, `audio`, ... of the m= lines (RFC 8866 section 5.14), each once."""
    found = {
        line[2:].split(" ")[0].lower(): None
        for item in described
        for line in item.value.split("\n")
        if line.startswith("m=")
    }
    return [name for name in ("video", "audio") if name in found] or (
        ["other media"] if found else []
    )
