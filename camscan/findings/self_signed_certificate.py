"""`self-signed-certificate`: a device shows a certificate that only itself vouches for."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.certificates import certificates, unseen
from camscan.findings.exposed import exposure, ports_text, told, unheard, video
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

_NAMES = ("tls.subject", "tls.issuer")


class SelfSignedCertificate:
    """One finding per device, `info`: devices leave the factory so."""

    id = "self-signed-certificate"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in video(run):
            own = [shown for shown in certificates(device) if shown.self_signed]
            if not own:
                continue
            where = ports_text(port for shown in own for port in shown.ports)
            names = dict.fromkeys(shown.value("tls.subject") for shown in own)
            yield exposure(
                self.id,
                Severity.INFO,
                device,
                "shows a self-signed certificate",
                detail=(
                    f"On {where}: subject and issuer are both"
                    if where
                    else "Subject and issuer are both"
                )
                + f" {' and '.join(map(told, names))}. It encrypts; without its"
                " fingerprint nobody can tell the device from another that claims to be it.",
                advice=(
                    "Nothing urgent. Where you run an authority of your own, install its"
                    " certificates; else note the fingerprint, and look when it changes."
                ),
                evidence=[item for shown in own for item in shown.evidence(*_NAMES)],
            )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices that were not asked, or whose certificate was not read."""
        return unheard(self.id, run, unseen(run, _NAMES))
