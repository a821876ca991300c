"""A device against the advisories about its maker or brand: which may concern it, and how far."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from camscan.lists.advisory import Advisory, AffectsTable
from camscan.lists.bounds import Fit, Reader, fit
from camscan.lists.load import Lists
from camscan.lists.match import Matcher
from camscan.matching.pattern import Pattern, encoded
from camscan.model.device import Device
from camscan.model.identity import Band, EntityClaim

_MOST_HELD = 20_000
_WORST_FIRST = (Fit.AFFECTED, Fit.POSSIBLY, Fit.UNKNOWN_VERSION, Fit.NOT_IN_RANGE)


class Verdict(Struct, frozen=True, kw_only=True):
    """What an advisory is to a device of the models that it names.

    `by_platform`: the device is sold by another brand, whose own word is not known.
    """

    advisory: Advisory
    fit: Fit
    affects: AffectsTable
    by_platform: bool = False


class Unjudged(StrEnum):
    """Why no advisory could be asked."""

    MAKER = "maker unknown"
    MODEL = "model unknown"


class Judge:
    """All advisories, their models compiled, by the maker or brand they are about."""

    def __init__(self, data: Lists) -> None:
        self.data = data
        self.matches = Matcher(data).match
        self._held: dict[tuple[object, ...], tuple[Verdict, ...]] = {}
        self._named = lru_cache(_MOST_HELD)(self._naming)
        self._brands = data.fingerprints.brands
        self._reader = Reader(data.fingerprints.firmware)
        self._makers_of: dict[str, list[tuple[Advisory, _Ranges]]] = {}
        self._brands_of: dict[str, list[tuple[Advisory, _Ranges]]] = {}
        for each in data.advisories:
            ranges = [(affects, Pattern(affects.models)) for affects in each.affects]
            index = self._brands_of if each.brand else self._makers_of
            index.setdefault(each.subject, []).append((each, ranges))

    def verdicts(self, device: Device) -> tuple[Verdict, ...]:
        """One for each advisory that names the device's model, worst first.

        Maker, brand and model that are only possible make no more than "possibly affected".
        """
        if device.model is None or device.model.band is Band.UNKNOWN:
            return ()
        key = _key(device)
        held = self._held.get(key)
        if held is None:
            if len(self._held) >= _MOST_HELD:
                self._held.clear()
            held = self._held[key] = self._verdicts(device)
        return held

    def _verdicts(self, device: Device) -> tuple[Verdict, ...]:
        assert device.model is not None
        maker, brand = _sure(device.maker), _sure(device.brand)
        named = self._named(_id(maker), _id(brand), device.model.value)
        found = [self._verdict(device, advisory, ranges) for advisory, ranges in named]
        found.sort(key=lambda each: _WORST_FIRST.index(each.fit))
        return tuple(found)

    def unjudged(self, device: Device) -> Unjudged | None:
        """Why nothing can be said; None where there is nothing to ask, or it was asked."""
        if _sure(device.maker) is None and _sure(device.brand) is None:
            return Unjudged.MAKER
        model = device.model
        if (model is None or model.band is Band.UNKNOWN) and self._about(
            _id(_sure(device.maker)), _id(_sure(device.brand))
        ):
            return Unjudged.MODEL
        return None

    def _about(self, maker: str | None, brand: str | None) -> list[tuple[Advisory, _Ranges]]:
        found = list(self._makers_of.get(maker, ())) if maker is not None else []
        if brand is not None:
            found += self._brands_of.get(brand, ())
        return found

    def _naming(
        self, maker: str | None, brand: str | None, model: str
    ) -> list[tuple[Advisory, list[AffectsTable]]]:
        """Advisories that name the model, with those of their ranges that do: a fleet has many
        firmwares of one model."""
        text = encoded(model)
        found = [
            (advisory, [affects for affects, pattern in ranges if pattern.hits(text)])
            for advisory, ranges in self._about(maker, brand)
        ]
        return [(advisory, ranges) for advisory, ranges in found if ranges]

    def _verdict(self, device: Device, advisory: Advisory, ranges: list[AffectsTable]) -> Verdict:
        assert device.model is not None
        fits = [
            (fit(affects, advisory.grammar, device.firmware, self._reader), affects)
            for affects in ranges
        ]
        worst, affects = min(fits, key=lambda pair: _WORST_FIRST.index(pair[0]))
        foreign = bool(advisory.maker) and self._foreign(device, advisory.maker)
        vague = not device.model.band.reaches(Band.PROBABLE) or (
            device.firmware is not None and not device.firmware.band.reaches(Band.PROBABLE)
        )
        if worst is Fit.AFFECTED and (foreign or vague):
            worst = Fit.POSSIBLY
        return Verdict(advisory=advisory, fit=worst, affects=affects, by_platform=foreign)

    def _foreign(self, device: Device, maker: str) -> bool:
        """True for a device that another than its maker sells under its own name."""
        brand = _sure(device.brand)
        if brand is None or brand.id == maker:
            return False
        known = self._brands.get(brand.id)
        return known is None or known.maker != maker


def _key(device: Device) -> tuple[object, ...]:
    """Everything that a verdict depends on: a fleet has few models and firmwares."""
    claims = (device.maker, device.brand)
    firmware, model = device.firmware, device.model
    return (
        *((claim.id, claim.band) if claim is not None else None for claim in claims),
        (model.value, model.band) if model is not None else None,
        (firmware.value, firmware.version, firmware.build, firmware.band)
        if firmware is not None
        else None,
    )


def _sure(claim: EntityClaim | None) -> EntityClaim | None:
    return claim if claim is not None and claim.band.reaches(Band.PROBABLE) else None


def _id(claim: EntityClaim | None) -> str | None:
    return claim.id if claim is not None else None


_Ranges = list[tuple[AffectsTable, Pattern]]
