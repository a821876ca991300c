"""Evidence into supports: rules that hit, MAC prefixes, names, and what is evidence itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from camscan.matching.compile import RuleSet
from camscan.matching.entity import Entity, Oui
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.mac import OuiTable, colons, mac_digits
from camscan.matching.names import (
    BODY,
    IDENTIFIER_FIELDS,
    NAME_FIELDS,
    ONVIF_SIGN,
    PRODUCT,
    TEXT_FIELDS,
    Named,
    Names,
)
from camscan.matching.numbers import NUMBER_FIELDS, ONVIF_FIELDS, Numbered, Numbers
from camscan.matching.points import points_of
from camscan.matching.rule import Kind, Rule
from camscan.matching.screen import Screen, loosened, uncounted
from camscan.matching.spoken import is_challenge, spoken
from camscan.matching.support import Origin, Support
from camscan.matching.told import told
from camscan.model.evidence import Evidence

_ORIGINS = {kind: Origin(kind.value) for kind in Kind}
MAC_FIELDS = frozenset({"mac.address", "mac.oui", "wsd.endpoint_mac"})


class FieldHit(Struct, frozen=True, kw_only=True):
    """A rule that hit a piece of evidence."""

    evidence: Evidence
    rule: Rule
    captures: dict[str, str]


class Told(Struct, frozen=True, kw_only=True):
    """An attribute that evidence states outright."""

    attribute: str
    key: str
    value: str
    points: int


def slug(text: str) -> str:
    """An id for a brand that no file defines."""
    kept = "".join(char if char.isalnum() else "-" for char in text.casefold())
    return "-".join(part for part in kept.split("-") if part)


class Gatherer:
    """Asks the rules and the prefix table about every piece of evidence."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self.rules = RuleSet(fingerprints.rules, fingerprints.vocabulary)
        self._vocabulary = fingerprints.vocabulary
        self._ouis = OuiTable(fingerprints.ouis)
        # As an address is written by `colons`, these are all placeholders that it may be.
        self._no_macs = fingerprints.vocabulary.placeholder.get("mac", frozenset())
        self._firms = Names(
            fingerprints.makers.values(), fingerprints.brands.values(), fingerprints.models
        )
        self._numbers = Numbers(each for group in fingerprints.models.values() for each in group)
        self._makers = frozenset(fingerprints.makers)
        self._names: dict[str, str] = {}
        entities: list[Entity] = [*fingerprints.makers.values(), *fingerprints.brands.values()]
        for entity in entities:
            self._names.setdefault(entity.id, entity.id)
            self._names.setdefault(entity.name.casefold(), entity.id)

    def hits(self, evidence: Iterable[Evidence]) -> list[FieldHit]:
        """Every rule that hits, in the order of the evidence."""
        matches = self.rules.matches
        return [
            FieldHit(evidence=each, rule=hit.rule, captures=hit.captures)
            for each in evidence
            for hit in matches(each.field, each.value)
        ]

    def supports(self, evidence: Iterable[Evidence], hits: Iterable[FieldHit]) -> list[Support]:
        """Everything that the evidence says about any attribute."""
        found = [support for hit in hits for support in self._of_hit(hit)]
        for each in evidence:
            found += self._of_name(each)
            found += self._of_number(each)
            if each.field in MAC_FIELDS:
                found += self._of_mac(each)
            elif each.field == "wsd.endpoint":
                found += self._of_owner(self.owner(each.field, each.value), each)
            else:
                found += self._of_told(each)
        return found

    def is_direct(self, field: str) -> bool:
        """True where values of a field may be evidence without a rule, a name or a number."""
        return (
            field in MAC_FIELDS
            or field == "wsd.endpoint"
            or told(field, self._vocabulary) is not None
        )

    def told(self, field: str, value: str) -> Told | None:
        """What a device says of itself in its maker's own inquiry, if `field` is that."""
        stated = told(field, self._vocabulary)
        normal = None if stated is None else self.normal(stated[0], value)
        if stated is None or normal is None:
            return None
        attribute, points = stated
        return Told(attribute=attribute, key=normal[0], value=normal[1], points=points)

    def named(self, field: str, value: str) -> Named | None:
        """Which firm a device names in `value`, if `field` is one in which it does."""
        return self._firms.find(field, value)

    def speaking(self, field: str, values: Sequence[str]) -> Collection[int]:
        """Places of the values that may hold a name or number; `named` and `numbered` know."""
        if field in NAME_FIELDS or field == PRODUCT:
            return range(len(values))
        if field == BODY:
            return self._body.holding(values)
        if field in IDENTIFIER_FIELDS:
            return self._identifier.holding(values)
        if field in ONVIF_FIELDS:
            said = [spoken(field, value) for value in values]
            # A scope of a vendor's own scheme is seldom, and `named` looks at it.
            own = [at for at, text in enumerate(said) if not text or ONVIF_SIGN.search(text)]
            return sorted({*own, *self._text.holding(said)})
        if field in TEXT_FIELDS or field in NUMBER_FIELDS or is_challenge(field):
            return self._text.holding([spoken(field, value) for value in values])
        return ()

    @cached_property
    def _body(self) -> Screen:
        return Screen(uncounted(loosened(each)) for each in self._firms.body)

    @cached_property
    def _identifier(self) -> Screen:
        return Screen(map(loosened, self._firms.identifier))

    @cached_property
    def _text(self) -> Screen:
        return Screen(
            [
                *map(loosened, (*self._firms.words, self._firms.session)),
                *self._numbers.parts,
            ]
        )

    def _of_name(self, evidence: Evidence) -> Iterator[Support]:
        firm = self.named(evidence.field, evidence.value)
        if firm is None:
            return
        said = (
            ("maker", firm.maker),
            ("brand", firm.brand),
            ("model", firm.model),
            ("class", firm.only),
        )
        for attribute, value in said:
            if value is not None:
                yield Support(
                    attribute=attribute,
                    value=value,
                    key=value.casefold(),
                    points=self._vocabulary.strength.weak,
                    group=self._vocabulary.group(evidence.field),
                    rule=firm.id,
                    origin=Origin.NAME,
                    evidence=(evidence,),
                    source=firm.source,
                    maker=firm.maker,
                )

    def numbered(self, field: str, value: str) -> Numbered | None:
        """Which telling model number `value` holds, if `field` is one in which devices say it."""
        return self._numbers.find(field, value)

    def _of_number(self, evidence: Evidence) -> Iterator[Support]:
        found = self.numbered(evidence.field, evidence.value)
        if found is None:
            return
        owner = found.grammar.owner
        maker = owner if owner in self._makers else None
        strength = self._vocabulary.strength
        # Where a network video device says nothing else, it is its own number and no text's.
        alone = evidence.field in ONVIF_FIELDS and evidence.value.endswith(f"/{found.model}")
        for attribute, value, points in (
            ("maker" if maker else "brand", owner, strength.weak),
            ("model", found.model, strength.medium if alone else strength.weak),
        ):
            yield Support(
                attribute=attribute,
                value=value,
                key=value.casefold(),
                points=points,
                group=self._vocabulary.group(evidence.field),
                rule=found.grammar.id,
                origin=Origin.NAME,
                evidence=(evidence,),
                source=found.grammar.source,
                maker=maker,
            )

    def _of_told(self, evidence: Evidence) -> Iterator[Support]:
        said = self.told(evidence.field, evidence.value)
        if said is None:
            return
        yield Support(
            attribute=said.attribute,
            value=said.value,
            key=said.key,
            points=said.points,
            group=self._vocabulary.group(evidence.field),
            rule=evidence.field,
            origin=Origin.DIRECT,
            evidence=(evidence,),
        )
        if said.attribute == "mac":
            yield from self._of_owner(self.owner("mac.address", said.value), evidence)

    def owner(self, field: str, value: str) -> Oui | None:
        """Whose MAC prefix `value` begins with, or a WS-Discovery endpoint ends in; None: nobody's.

        Endpoint UUIDs often end in the MAC; only a prefix that our data knows makes it one. A
        random UUID (version 4, RFC 9562 section 5.4) ends in chance.
        """
        if field != "wsd.endpoint":
            digits = mac_digits(value)
            return self._ouis.find(digits) if digits else None
        fields = value.lower().removeprefix("urn:").removeprefix("uuid:").split("-")
        if len(fields) != 5 or fields[2].startswith("4"):
            return None
        digits = mac_digits(fields[4])
        return self._ouis.find(digits) if digits is not None and len(digits) == 12 else None

    def hardware(self, value: str) -> tuple[str | None, Oui | None]:
        """The MAC address that `value` is, as `address` gives it, and the owner of its prefix."""
        digits = mac_digits(value)
        if digits is None:
            return None, None
        return (self._known(digits) if len(digits) == 12 else None), self._ouis.find(digits)

    def address(self, value: str) -> str | None:
        """The MAC address that `value` is; None for none, and for one that says nothing."""
        digits = mac_digits(value)
        return self._known(digits) if digits is not None and len(digits) == 12 else None

    def _known(self, digits: str) -> str | None:
        address = colons(digits)
        return None if address in self._no_macs else address

    def _of_hit(self, hit: FieldHit) -> Iterator[Support]:
        captured = {key: text for key, text in hit.captures.items() if key not in hit.rule.asserts}
        for attribute, text in (*hit.rule.asserts.items(), *captured.items()):
            normal = self.normal(attribute, text)
            if normal is None:
                continue
            key, value = normal
            yield self._support(hit, attribute, key, value)
            if attribute == "mac":
                yield from self._of_owner(self.owner("mac.address", value), hit.evidence)

    def _support(self, hit: FieldHit, attribute: str, key: str, value: str) -> Support:
        rule = hit.rule
        points = points_of(self._vocabulary, rule, attribute, hit.evidence.value)
        return Support(
            attribute=attribute,
            value=value,
            key=key,
            points=points,
            group=self._vocabulary.group(rule.field),
            rule=rule.id,
            origin=_ORIGINS[rule.kind],
            evidence=(hit.evidence,),
            source=rule.source,
            maker=rule.asserts.get("maker") or (rule.owner if rule.kind is Kind.MAKER else None),
            alone=rule.alone,
        )

    def normal(self, attribute: str, text: str) -> tuple[str, str] | None:
        """Key and value of an asserted text; None for a placeholder or rubbish."""
        value = " ".join(text.split())
        match attribute:
            case "maker" | "platform" | "class":
                return value, value
            case "mac":
                address = self.address(value)
                return (address, address) if address is not None else None
            case "brand":
                known = self._names.get(value) or self._names.get(value.casefold())
                if known is not None:
                    return known, known
                if self._vocabulary.is_placeholder("brand", value) or not slug(value):
                    return None
                return slug(value), value
            case _:
                if self._vocabulary.is_placeholder(attribute, value):
                    return None
                return value.casefold(), value

    def _of_mac(self, evidence: Evidence) -> Iterator[Support]:
        address = self.address(evidence.value)
        if address is not None:
            seen = evidence.field == "mac.address"
            points = self._vocabulary.band.confirmed if seen else self._vocabulary.strength.medium
            yield Support(
                attribute="mac",
                value=address,
                key=address,
                points=points,
                group="mac",
                rule=evidence.field,
                origin=Origin.DIRECT,
                evidence=(evidence,),
            )
        yield from self._of_owner(self.owner(evidence.field, evidence.value), evidence)

    def _of_owner(self, oui: Oui | None, evidence: Evidence) -> Iterator[Support]:
        if oui is None:
            return
        for attribute, value in (("maker", oui.maker), ("brand", oui.brand)):
            if value is not None:
                yield self._oui_support(attribute, value, oui, evidence)

    def _oui_support(self, attribute: str, value: str, oui: Oui, evidence: Evidence) -> Support:
        return Support(
            attribute=attribute,
            value=value,
            key=value,
            points=self._vocabulary.strength.medium,
            group="mac",
            rule=oui.id,
            origin=Origin.OUI,
            evidence=(evidence,),
            source=oui.source,
            maker=oui.maker,
        )
