"""A device against every list: device, brand, maker, entity, list; pure."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from camscan.lists.load import Lists
from camscan.lists.procurement import Affiliate, Entity, ProcurementList
from camscan.model.device import Device
from camscan.model.identity import Band, EntityClaim


class MatchKind(StrEnum):
    """How a device stands to a list. `not-named` is always of data of a day, never "not on it"."""

    NAMED = "named"
    AFFILIATE = "subsidiary-or-affiliate"
    OEM = "oem-made-by-named"
    NOT_NAMED = "not-named"
    UNKNOWN = "unknown"


_MOST_HELD = 20_000


class ListMatch(Struct, frozen=True, kw_only=True):
    """How one device stands to one list.

    `chain` leads from the device to the list, each link with its band and evidence; `sentence`
    says it in the words of the list's data. `context` is set where the list names nobody and
    nevertheless speaks of makers from that country.
    """

    list: ProcurementList
    kind: MatchKind
    entity: Entity | None
    chain: str
    sentence: str
    context: bool = False


class _Seen(Struct, frozen=True, kw_only=True):
    """What of a device leads to lists: `maker` and `brand` at `probable` or above."""

    maker: EntityClaim | None
    brand: EntityClaim | None
    claimed: EntityClaim | None


def match(device: Device, data: Lists) -> tuple[ListMatch, ...]:
    """One answer for each list, in the order of `data`: the lists of the United Kingdom first."""
    return Matcher(data).match(device)


class Matcher:
    """The same for many devices: of one maker and brand only the chain is another."""

    def __init__(self, data: Lists) -> None:
        self._data = data
        self._held: dict[tuple[object, ...], tuple[ListMatch, ...]] = {}

    def match(self, device: Device) -> tuple[ListMatch, ...]:
        """As the function of this name."""
        key = (*_key(device.maker), *_key(device.brand))
        held = self._held.get(key)
        if held is None:
            if len(self._held) >= _MOST_HELD:
                self._held.clear()
            held = self._held[key] = self._matches(device)
        chain = _chain(device)
        return tuple([replace(each, chain=f"{chain} → {each.chain}") for each in held])

    def _matches(self, device: Device) -> tuple[ListMatch, ...]:
        """With the end of each chain alone."""
        seen = _Seen(maker=known_maker(device), brand=_known(device.brand), claimed=device.maker)
        return tuple(_match(seen, each, self._data) for each in self._data.lists)


def _key(claim: EntityClaim | None) -> tuple[object, ...]:
    return (claim.id, claim.name, claim.country, claim.band) if claim is not None else (None,)


def wording(found: ProcurementList, entity: Entity | None = None) -> str:
    """The list's own sentence, and that a list from abroad does not bind UK bodies."""
    text = found.head.wording
    if entity is not None:
        text = text.replace("{entity}", entity.printed)
        text = text.replace("{listed}", entity.listed.isoformat())
    outside = found.head.outside_uk
    return text if found.home or not outside or outside in text else f"{text} {outside}"


def no_match(found: ProcurementList) -> str:
    """What `not-named` says: of which data, of which day."""
    if found.head.names == "nobody":
        return f"{found.head.title} names no company."
    return f"No match in the data of {found.head.title} of {found.head.data_date}."


def _known(claim: EntityClaim | None) -> EntityClaim | None:
    """The claim at `probable` or above: what is only possible leads to no list."""
    return claim if claim is not None and claim.band.reaches(Band.PROBABLE) else None


def known_maker(device: Device) -> EntityClaim | None:
    """The maker at `probable` or above, else None."""
    return _known(device.maker)


def _match(seen: _Seen, found: ProcurementList, data: Lists) -> ListMatch:
    maker, brand = seen.maker, seen.brand
    if found.head.names == "unknown":
        return _answer(found, MatchKind.UNKNOWN, wording(found))
    by_brand = found.entry(None, brand.id) if brand is not None else None
    if maker is None and by_brand is None:
        return _answer(found, MatchKind.UNKNOWN, _maker_unknown(seen, found))
    if maker is not None and (why := found.head.undetermined.get(maker.id)):
        return _answer(found, MatchKind.UNKNOWN, why)
    if found.head.names == "nobody":
        context = maker is not None and maker.country in found.head.countries
        text = wording(found) if context else no_match(found)
        return _answer(found, MatchKind.NOT_NAMED, text, context=context)
    if maker is not None:
        entity = found.entry(maker.id, None)
        if entity is not None:
            return _of_named(seen, found, entity, data)
        group = _affiliate(data, maker=maker.id)
        entity = found.entry(group.of, None) if group is not None else None
        if entity is not None and group is not None:
            return _of_affiliate(found, entity, group)
    if by_brand is not None:
        return _answer(found, MatchKind.NAMED, wording(found, by_brand), by_brand)
    return _answer(found, MatchKind.NOT_NAMED, no_match(found))


def _of_named(seen: _Seen, found: ProcurementList, entity: Entity, data: Lists) -> ListMatch:
    maker, brand = seen.maker, seen.brand
    assert maker is not None
    if entity.undetermined:
        return _answer(found, MatchKind.UNKNOWN, entity.undetermined, entity)
    if brand is None or brand.id == maker.id:
        return _answer(found, MatchKind.NAMED, wording(found, entity), entity)
    group = _affiliate(data, brand=brand.id)
    if group is not None and group.of == maker.id:
        return _of_affiliate(found, entity, group)
    known = data.fingerprints.brands.get(brand.id)
    if known is not None and known.maker == maker.id:
        return _answer(found, MatchKind.NAMED, wording(found, entity), entity)
    sold = (
        f"Sold as {brand.name}; made by {maker.name} ({maker.band})."
        f" {brand.name} itself: {no_match(found)[0].lower()}{no_match(found)[1:]}"
    )
    return _answer(found, MatchKind.OEM, f"{sold} {wording(found, entity)}", entity)


def _of_affiliate(found: ProcurementList, entity: Entity, group: Affiliate) -> ListMatch:
    belongs = f"{group.name} belongs to the group of {entity.printed}."
    if found.head.reaches == "affiliates":
        reach = "The list reaches subsidiaries and affiliates."
        text = f"{belongs} {reach} {wording(found, entity)}"
        return _answer(found, MatchKind.AFFILIATE, text, entity)
    text = (
        f"{belongs} {found.head.title} names that company ({entity.listed}); this data does not"
        f" carry the entry over to subsidiaries. {no_match(found)}"
    )
    return _answer(found, MatchKind.NOT_NAMED, text)


def _affiliate(
    data: Lists, *, brand: str | None = None, maker: str | None = None
) -> Affiliate | None:
    return next(
        (
            each
            for each in data.affiliates
            if (brand and each.brand == brand) or (maker and each.maker == maker)
        ),
        None,
    )


def _maker_unknown(seen: _Seen, found: ProcurementList) -> str:
    claim = seen.claimed
    why = "is unknown" if claim is None else f"is only possibly {claim.name}"
    return f"The maker {why}: nothing can be said about {found.head.title}."


def _answer(
    found: ProcurementList,
    kind: MatchKind,
    sentence: str,
    entity: Entity | None = None,
    *,
    context: bool = False,
) -> ListMatch:
    return ListMatch(
        list=found,
        kind=kind,
        entity=entity,
        chain=_end(found, entity),
        sentence=sentence,
        context=context,
    )


def _chain(device: Device) -> str:
    return f"{device.label} → {_link('brand', device.brand)} → {_link('maker', device.maker)}"


def _end(found: ProcurementList, entity: Entity | None) -> str:
    if entity is None:
        return f"{found.head.title} (data of {found.head.data_date})"
    return f"{entity.printed} → {found.head.title} ({entity.listed})"


def _link(what: str, claim: EntityClaim | None) -> str:
    if claim is None:
        return f"{what} unknown"
    seen = ", ".join(claim.evidence[:4])
    more = len(claim.evidence) - 4
    if more > 0:
        seen += f" and {more} more"
    return f"{what} {claim.name} ({claim.band}{'; evidence ' + seen if seen else ''})"
