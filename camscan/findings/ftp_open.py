"""`ftp-open`: a device offers FTP, which hides neither password nor files."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.open_service import Service, not_asked, open_services
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

FTP = Service(
    name="FTP",
    port=21,
    field="ftp.banner",
    severity=Severity.MEDIUM,
    what=(
        "FTP sends the password and the files readable to everybody on the way, unless TLS is asked"
        " for first (RFC 4217); whether the device offers that was not asked."
    ),
    advice=(
        "Switch the FTP server of the device off where nobody fetches files by it; a device that"
        " sends pictures to a server needs no FTP server of its own."
    ),
    references=("rfc: RFC 2577 sections 5 and 6",),
)


class FtpOpen:
    """One finding per device: `medium` with a greeting, `low` for the open port alone."""

    id = "ftp-open"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        return open_services(self.id, run, FTP)

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices whose port 21 was not asked."""
        return not_asked(self.id, run, FTP)
