"""`telnet-open`: a device lets people log in by Telnet, which hides nothing."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.open_service import Service, not_asked, open_services
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

TELNET = Service(
    name="Telnet",
    port=23,
    field="telnet.banner",
    severity=Severity.HIGH,
    what=(
        "Telnet sends the name, the password and everything typed readable to everybody on the way,"
        " and the login may be that of the operating system."
    ),
    advice=(
        "Switch Telnet off in the settings of the device; where there is no such setting, ask the"
        " maker for firmware without it, and let only those who manage the device reach it."
    ),
    references=("rfc: RFC 4248 section 3",),
)


class TelnetOpen:
    """One finding per device: `high` with a greeting, `low` for the open port alone."""

    id = "telnet-open"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        return open_services(self.id, run, TELNET)

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices whose port 23 was not asked."""
        return not_asked(self.id, run, TELNET)
