"""`expired-certificate`: the certificate of a device has run out, or is not valid yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from camscan.findings.certificates import Shown, certificates, unseen
from camscan.findings.exposed import exposure, heard_at, ports_text, told, unheard, video
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

_DATES = ("tls.not_before", "tls.not_after")


class ExpiredCertificate:
    """One finding per device and certificate, `low`: people who are used to the browser's warning
    no longer see the one that matters."""

    id = "expired-certificate"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in video(run):
            for shown in certificates(device):
                finding = self._finding(run, device, shown)
                if finding is not None:
                    yield finding

    def _finding(self, run: Run, device: Device, shown: Shown) -> Finding | None:
        begin, end = shown.moment("tls.not_before"), shown.moment("tls.not_after")
        if end is None:
            return None
        at = heard_at(shown.said["tls.not_after"], run)
        if end < at:
            said = f"shows a certificate that ran out on {end:%Y-%m-%d}"
            advice = (
                "Make a new certificate on the device, or install one of your own authority, and"
                " note when it runs out."
            )
        elif begin is not None and begin > at:
            said = f"shows a certificate that is valid only from {begin:%Y-%m-%d}"
            advice = (
                "Set the clock of the device first (NTP), for it dates the certificates that it"
                " makes; then make a new certificate."
            )
        else:
            return None
        return exposure(
            self.id,
            Severity.LOW,
            device,
            said,
            detail=_detail(shown, begin, end, at),
            advice=advice,
            evidence=shown.evidence(*_DATES),
            subject=ports_text(shown.ports),
            references=("rfc: RFC 5280 section 4.1.2.5",),
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices that were not asked, or whose dates are not in what was read."""
        return unheard(self.id, run, unseen(run, ("tls.not_after",)))


def _detail(shown: Shown, begin: datetime | None, end: datetime, at: datetime) -> str:
    where = ports_text(shown.ports)
    since = f" from {begin:%Y-%m-%d %H:%M} UTC" if begin is not None else ""
    by = "self-signed" if shown.self_signed else f"issued by {told(shown.value('tls.issuer'))}"
    return (
        f"Certificate{' on ' + where if where else ''} of {told(shown.value('tls.subject'))}, {by}:"
        f" valid{since} until {end:%Y-%m-%d %H:%M} UTC, seen at {at:%Y-%m-%d %H:%M} UTC."
    )
