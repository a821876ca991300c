"""Lists and advisories as rows, for people to look at."""

from __future__ import annotations

from typing import Any

from camscan.config import ListsConfig
from camscan.lists.advisory import Advisory
from camscan.lists.load import Lists
from camscan.lists.match import match
from camscan.lists.policy import with_policy
from camscan.lists.procurement import ProcurementList
from camscan.matching.entity import Entity
from camscan.model.device import Device
from camscan.model.identity import Band, EntityClaim

WHAT_A_LIST_IS = (
    "A list names companies and is a dated reading of a document. It says nothing about a single"
    " device, and what is not in this data may be on the list today. US measures do not bind UK"
    " bodies. Information, not legal advice."
)


def list_rows(data: Lists, maker: str | None = None) -> list[dict[str, Any]]:
    """One row a list; with `maker` one row a list and what it says of that maker or brand."""
    rows = [_list_row(each) for each in data.lists]
    if maker is not None:
        for row, found in zip(rows, match(_device_of(maker, data), data), strict=True):
            del row["names"]
            row["stands"] = found.kind.value
            row["says"] = found.sentence
    return rows


def by_policy(rows: list[dict[str, Any]], data: Lists, policy: ListsConfig) -> list[dict[str, Any]]:
    """Rows of lists in the user's order, each with whether it counts and how severe a match is;
    as they are where the policy is silent. Raises ConfigError."""
    if policy == ListsConfig():
        return rows
    counted = [each.id for each in with_policy(data, policy).lists]
    found = {row["list"]: row for row in rows}
    for name, row in found.items():
        row["counts"] = "yes" if name in counted else "no"
        row["severity"] = policy.severity.get(name, "")
    rest = [name for name in found if name not in counted]
    return [found[name] for name in (*counted, *rest)]


def _device_of(name: str, data: Lists) -> Device:
    """A device of which nothing is known but its maker, or its brand and whose brand that is."""
    brand = data.fingerprints.brands.get(name)
    owner = name if brand is None or name in data.fingerprints.makers else brand.maker
    maker = data.fingerprints.makers.get(owner) if owner is not None else None
    return Device(
        id=name,
        addresses=(),
        mac=None,
        site=None,
        class_=None,
        maker=_claim(maker),
        brand=_claim(brand),
        platform=None,
        model=None,
        firmware=None,
        serial=None,
    )


def _claim(entity: Entity | None) -> EntityClaim | None:
    if entity is None:
        return None
    return EntityClaim(id=entity.id, name=entity.name, country=entity.country, band=Band.CONFIRMED)


def _list_row(each: ProcurementList) -> dict[str, Any]:
    head = each.head
    row: dict[str, Any] = {
        "list": each.id,
        "title": head.title,
        "where": head.jurisdiction,
        "form": head.form,
        "dated": head.dated.isoformat(),
        "data": head.data_date.isoformat(),
    }
    row["names"] = {"companies": len(each.entities), "nobody": "nobody"}.get(
        head.names, "not in this data"
    )
    return row


def list_document(each: ProcurementList) -> dict[str, Any]:
    """One list in full, dates as text."""
    head = each.head
    return {
        "list": each.id,
        "title": head.title,
        "issuer": head.issuer,
        "where": head.jurisdiction,
        "form": head.form,
        "binds": head.binds,
        "wording": head.wording,
        "qualifier": head.qualifier,
        "dated": head.dated.isoformat(),
        "data": head.data_date.isoformat(),
        "reviewed": head.reviewed.isoformat(),
        "note": head.note,
        "entities": [
            {
                "printed": entity.printed,
                "listed": entity.listed.isoformat(),
                "maker": entity.maker or entity.brand or None,
                "note": entity.undetermined or entity.note,
                "source": list(entity.source or head.source),
            }
            for entity in each.entities
        ],
        "events": [
            {"date": event.on.isoformat(), "what": event.what, "source": list(event.source)}
            for event in each.events
        ],
        "source": list(head.source),
    }


def advisory_rows(data: Lists, maker: str | None = None) -> list[dict[str, Any]]:
    """One row an advisory, of all makers and brands or of one."""
    found = [each for each in data.advisories if maker is None or each.subject == maker]
    return [_advisory_row(each) for each in found]


def _advisory_row(each: Advisory) -> dict[str, Any]:
    return {
        "advisory": each.id,
        "about": each.subject,
        "kind": each.kind,
        "title": each.title,
        "kev_added": each.kev_added.isoformat() if each.kev_added is not None else None,
        "score": each.score,
        "fixed": each.fixed or "not in this data",
        "source": list(each.source),
    }
