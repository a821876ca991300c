"""`onvif-without-login`: model, firmware and serial number are told to anybody by ONVIF.

Judged from camscan's own GetDeviceInformation, which sends no login. By the access policy of
ONVIF Core it needs a user (class READ_SYSTEM).
"""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.exposed import (
    exposure,
    own_answers,
    ports_text,
    records,
    unheard,
    video,
)
from camscan.findings.reached import Reached
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

_TOLD = {
    "onvif.manufacturer": "manufacturer",
    "onvif.model": "model",
    "onvif.firmware": "firmware",
    "onvif.serial": "serial number",
    "onvif.hardware_id": "hardware",
}


class OnvifWithoutLogin:
    """One finding per device, `low`: it helps whoever looks for a weakness, and is none."""

    id = "onvif-without-login"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in video(run):
            told = own_answers(device, "onvif", *_TOLD)
            if not told:
                continue
            names = dict.fromkeys(_TOLD[item.field] for item in told)
            yield exposure(
                self.id,
                Severity.LOW,
                device,
                "tells its device information by ONVIF without a login",
                detail=(
                    f"GetDeviceInformation on {ports_text(item.port for item in told)} was answered"
                    f" without a login: {', '.join(names)}."
                ),
                advice=(
                    "Switch ONVIF authentication on and give the recorder the login, or ONVIF off"
                    " where no recorder uses it; where there is no such setting, see whether newer"
                    " firmware has one."
                ),
                evidence=told,
                references=("standard: ONVIF Core Specification, access classes (READ_SYSTEM)",),
            )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices that nobody asked, or of which only others' answers are known."""

        reached = Reached(run)

        def why(device: Device) -> str | None:
            told = records(device, *_TOLD)
            if told and all(item.method != "onvif" for item in told):
                return "ONVIF was seen by others; whether after a login is not known"
            own = any(item.method == "onvif" for item in device.evidence)
            return None if own or reached.scanned(device) else "ONVIF was not asked"

        return unheard(self.id, run, why)
