"""`unencrypted-management`: the pages of a device are served without encryption.

A page is a start page or a login prompt that plain HTTP answered with. A redirect to HTTPS is
none.
"""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.exposed import exposure, ports_text, records, unheard, video
from camscan.findings.reached import Reached
from camscan.model.coverage import Skip
from camscan.model.device import Device, EvidenceRecord
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run
from camscan.protocols.html import parse_html

_PAGE = frozenset({"200", "401"})
_SEEN = ("http.status", "http.location", "http.body", "http.www_authenticate", "http.title")
_HTTPS = frozenset({443, 8443})


class UnencryptedManagement:
    """One finding per device: `medium` where the login itself is readable (Basic), `low` where
    there is no HTTPS, `info` where HTTPS is there and plain HTTP still serves the pages."""

    id = "unencrypted-management"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        reached = Reached(run)
        for device in video(run):
            pages = _plain_pages(device)
            if pages and _asked_for_https(reached, device) and not _mute(device):
                yield self._finding(device, pages)

    def _finding(self, device: Device, pages: list[EvidenceRecord]) -> Finding:
        where = ports_text(item.port for item in pages)
        basic = [
            item
            for item in pages
            if item.field == "http.www_authenticate" and item.value.lower().startswith("basic")
        ]
        secure = _https(device)
        if secure:
            severity, said = Severity.INFO, "serves its pages without encryption beside HTTPS"
        else:
            severity = Severity.MEDIUM if basic else Severity.LOW
            said = "serves its pages without encryption and has no HTTPS"
        detail = f"HTTP on {where} answered with a page or a login prompt of its own."
        if basic:
            detail += (
                " It asks for the password by Basic authentication, which sends it readable to"
                " everybody on the way."
            )
        if secure:
            detail += f" HTTPS answered on {ports_text(item.port for item in secure)}."
        advice = (
            "Let HTTP only redirect to HTTPS, or switch it off; see first whether the recorder"
            " uses it."
            if secure
            else "Switch HTTPS on where the device has it, then HTTP off, once the recorder no"
            " longer uses it; until then manage it only from a network of its own."
        )
        statuses = [item for item in pages if item.field == "http.status"]
        return exposure(
            self.id,
            severity,
            device,
            said,
            detail=detail,
            advice=advice,
            evidence=[*statuses, *basic, *secure[:1]],
            references=("rfc: RFC 7617 section 4",) if basic else (),
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices of which no answer to HTTP was read, or that were not asked for HTTPS."""
        reached = Reached(run)

        def why(device: Device) -> str | None:
            if not any(item.field in _SEEN for item in device.evidence):
                return None if reached.asked(device, (80,)) else "HTTP was not asked"
            if not _asked_for_https(reached, device):
                return "HTTPS was not asked"
            if _mute(device) and _plain_pages(device):
                return "port 443 is open and did not answer"
            return None

        return unheard(self.id, run, why)


def _plain_pages(device: Device) -> list[EvidenceRecord]:
    """What plain HTTP said on ports where it serves a page."""
    by_port: dict[int | None, list[EvidenceRecord]] = {}
    for item in records(device, *_SEEN):
        if _is_plain(item, device):
            by_port.setdefault(item.port, []).append(item)
    return [item for said in by_port.values() if _serves(said) for item in said]


def _is_plain(item: EvidenceRecord, device: Device) -> bool:
    """True of an answer that is known to have come without TLS."""
    if item.method in ("http", "https"):
        return item.method == "http"
    return any(port.port == item.port and port.service == "http" for port in device.ports)


def _serves(said: list[EvidenceRecord]) -> bool:
    statuses = {item.value for item in said if item.field == "http.status"}
    if not statuses & _PAGE:
        return False
    targets = [item.value for item in said if item.field == "http.location"]
    for item in said:
        if item.field == "http.body":
            targets += parse_html(item.value).redirects
    return not any(target.lower().startswith("https:") for target in targets)


def _asked_for_https(reached: Reached, device: Device) -> bool:
    """True when nobody can say that HTTPS was only not looked for."""
    return reached.asked(device, _HTTPS) or any(item.method == "https" for item in device.evidence)


def _mute(device: Device) -> bool:
    """True where port 443 is open and nobody heard what it speaks."""
    taken = any(port.port == 443 and port.status == "open" for port in device.ports)
    return taken and not _https(device)


def _https(device: Device) -> list[EvidenceRecord]:
    """Pages behind TLS, or a certificate on the port of HTTPS."""
    return [
        item
        for item in device.evidence
        if (item.method == "https" and item.field == "http.status")
        or (item.field == "tls.sha256" and item.port == 443)
    ]
