"""Evidence into supports: rules that hit, MAC prefixes, and values that are evidence themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from camscan.matching.compile import RuleSet
from camscan.matching.entity import Entity, Oui
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.mac import OuiTable, mac_digits, mac_text
from camscan.matching.points import points_of
from camscan.matching.rule import Kind, Rule
from camscan.matching.support import Origin, Support
from camscan.matching.told import told
from camscan.model.evidence import Evidence

MAC_FIELDS = frozenset({"mac.address", "mac.oui", "wsd.endpoint_mac"})


class FieldHit(Struct, frozen=True, kw_only=True):
    """A rule that hit a piece of evidence."""

    evidence: Evidence
    rule: Rule
    captures: dict[str, str]


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
            if each.field in MAC_FIELDS:
                found += self._of_mac(each)
            elif each.field == "wsd.endpoint":
                found += self._of_endpoint(each)
            else:
                found += self._of_told(each)
        return found

    def _of_told(self, evidence: Evidence) -> Iterator[Support]:
        """What a device says of itself in its maker's own inquiry."""
        stated = told(evidence.field, self._vocabulary)
        normal = None if stated is None else self._normal(stated[0], evidence.value)
        if stated is None or normal is None:
            return
        attribute, points = stated
        yield Support(
            attribute=attribute,
            value=normal[1],
            key=normal[0],
            points=points,
            group=self._vocabulary.group(evidence.field),
            rule=evidence.field,
            origin=Origin.DIRECT,
            evidence=(evidence,),
        )
        if attribute == "mac":
            yield from self._of_prefix(normal[1], evidence)

    def _of_endpoint(self, evidence: Evidence) -> Iterator[Support]:
        """Endpoint UUIDs often end in the MAC; only a prefix that our data knows makes it one.

        A random UUID (version 4, RFC 9562 section 5.4) ends in chance.
        """
        uuid = evidence.value.lower().removeprefix("urn:").removeprefix("uuid:")
        fields = uuid.split("-")
        if len(fields) != 5 or fields[2].startswith("4"):
            return
        digits = mac_digits(fields[4])
        if digits is not None and len(digits) == 12 and self._ouis.find(digits) is not None:
            yield from self._of_prefix(digits, evidence)

    def _of_hit(self, hit: FieldHit) -> Iterator[Support]:
        captured = {key: text for key, text in hit.captures.items() if key not in hit.rule.asserts}
        for attribute, text in (*hit.rule.asserts.items(), *captured.items()):
            normal = self._normal(attribute, text)
            if normal is None:
                continue
            key, value = normal
            yield self._support(hit, attribute, key, value)
            if attribute == "mac":
                yield from self._of_prefix(value, hit.evidence)

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
            origin=Origin(rule.kind.value),
            evidence=(hit.evidence,),
            source=rule.source,
            maker=rule.asserts.get("maker") or (rule.owner if rule.kind is Kind.MAKER else None),
            alone=rule.alone,
        )

    def _normal(self, attribute: str, text: str) -> tuple[str, str] | None:
        """Key and value of an asserted text; None for a placeholder or rubbish."""
        value = " ".join(text.split())
        match attribute:
            case "maker" | "platform" | "class":
                return value, value
            case "mac":
                address = mac_text(value)
                if address is None or self._vocabulary.is_placeholder("mac", address):
                    return None
                return address, address
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
        address = mac_text(evidence.value)
        if address is not None and not self._vocabulary.is_placeholder("mac", address):
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
        yield from self._of_prefix(evidence.value, evidence)

    def _of_prefix(self, text: str, evidence: Evidence) -> Iterator[Support]:
        digits = mac_digits(text)
        oui = self._ouis.find(digits) if digits else None
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
