"""The estate as an inventory: the run that a perfect scan on the day before would have written."""

from __future__ import annotations

import datetime

from camscan.lab.estate import Estate, Truth
from camscan.model.coverage import Coverage
from camscan.model.device import Device
from camscan.model.identity import Band, Claim, EntityClaim
from camscan.model.run import DataVersion, Run, RunInfo, RunStatus, ScopeRecord, Tool

_VERSION = "lab"


def inventory(estate: Estate, base: str, date: datetime.date) -> Run:
    """A run with every device as what it really is. Nothing of it was found by a scan."""
    at = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    begun = at - datetime.timedelta(hours=7)
    return Run(
        tool=Tool(
            version=_VERSION,
            data=DataVersion(version=_VERSION, sha256="0" * 64, date=date.isoformat()),
        ),
        run=RunInfo(
            id=f"lab-{estate.name}-{date:%Y%m%d}",
            started=begun,
            ended=begun + datetime.timedelta(minutes=4),
            status=RunStatus.COMPLETE,
            site=None,
            scope=ScopeRecord(targets=tuple(f"{base}.{octet}.0/24" for octet in estate.subnets)),
            authorised_by=None,
        ),
        coverage=Coverage(),
        devices=tuple(_device(truth) for truth in estate.truth(base).values()),
    )


def _device(truth: Truth) -> Device:
    return Device(
        id="d-" + truth.mac.replace(":", ""),
        addresses=(truth.address,),
        mac=truth.mac,
        site=truth.site,
        class_=Claim(value=truth.kind, band=Band.CONFIRMED),
        maker=_entity(truth.maker),
        brand=_entity(truth.brand),
        platform=None,
        model=Claim(value=truth.model, band=Band.CONFIRMED) if truth.model else None,
        firmware=None,
        serial=None,
    )


def _entity(word: str | None) -> EntityClaim | None:
    if word is None:
        return None
    name = word.replace("-", " ").title()
    return EntityClaim(id=word, name=name, country=None, band=Band.CONFIRMED)
