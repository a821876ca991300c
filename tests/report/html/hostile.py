"""A run whose every text from the network wants to do harm."""

from __future__ import annotations

import msgspec

from camscan.model.device import Device, EvidenceRecord
from camscan.model.identity import Band, Claim, EntityClaim
from camscan.model.run import Run

SCRIPT = '"><script>alert(1)</script>'
FORMULA = '=HYPERLINK("https://evil.example/","x")'
BIDI = "abc\u202efed\u2066\u200f"
LONG = "\u0416\u5b57\U0001f4f7e\u0301" * 2500
TEMPLATE = "{{ 7 * 7 }}{% raw %}<!--"
TEXTS = (
    SCRIPT,
    FORMULA,
    BIDI,
    LONG,
    TEMPLATE,
    "</script><img src=x onerror=alert(2)>",
    "\x00\x1b[31m",
)


def hostile_run(run: Run) -> Run:
    """`run` with one device, conversation and finding for each of `TEXTS`."""
    change = msgspec.structs.replace
    devices = tuple(_device(run.devices[0], place, text) for place, text in enumerate(TEXTS))
    return change(
        run,
        devices=devices,
        conversations=tuple(
            change(
                run.conversations[0],
                id=f"c{place}",
                device=f"d{place}",
                name=text,
                organisation=text,
            )
            for place, text in enumerate(TEXTS)
        ),
        findings=tuple(
            change(run.findings[0], id=f"f{place}", device=f"d{place}", title=text, detail=text)
            for place, text in enumerate(TEXTS)
        ),
    )


def _device(device: Device, place: int, text: str) -> Device:
    entity = EntityClaim(id="x", name=text, country="CN", band=Band.CONFIRMED)
    record = device.evidence[0]
    return msgspec.structs.replace(
        device,
        id=f"d{place}",
        addresses=(f"10.9.0.{place + 1}",),
        site=text,
        maker=entity,
        brand=entity,
        model=Claim(value=text, band=Band.PROBABLE),
        serial=text,
        evidence=(
            EvidenceRecord(
                id="e1", field="http.title", value=text, method="http", port=80, at=record.at
            ),
        ),
        alternatives=(text,),
    )
