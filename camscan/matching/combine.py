"""All supports of one target into one decision per attribute, in the order in which they depend.

maker (with brands' lineage) → model → what the maker's grammar says of it → brand, class, firmware.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from camscan.matching.classify import decide_class
from camscan.matching.conflict import Conflict, find_conflict
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.firmware import FirmwareReader, Release
from camscan.matching.grammar import ModelGrammar
from camscan.matching.lineage import Lineage
from camscan.matching.pattern import SET_SIZE, Pattern, PatternSet, encoded
from camscan.matching.rank import at_most, decide, merge_prefixes
from camscan.matching.support import Decision, Dropped, Origin, Support
from camscan.model.identity import Band

# A firm's name in front of the number is no longer; the number begins with a letter.
_NAME: Final = 32
_NUMBER: Final = re.compile(r"[A-Za-z][A-Za-z-]{0,7}[0-9]")


class Verdicts(Struct, frozen=True, kw_only=True):
    """The decisions of one target; `release` is what the grammar read in the firmware text."""

    decisions: dict[str, Decision]
    release: Release | None
    conflict: Conflict | None


class Combiner:
    """Grammars and relations compiled once; `combine` is pure."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self._vocabulary = fingerprints.vocabulary
        self._lineage = Lineage(fingerprints)
        self._models = {
            owner: [(grammar, Pattern(grammar.regex)) for grammar in group]
            for owner, group in fingerprints.models.items()
        }
        self._readers = {
            owner: FirmwareReader(group) for owner, group in fingerprints.firmware.items()
        }
        sources = {grammar.regex for group in fingerprints.models.values() for grammar in group}
        sources |= {each.models for each in fingerprints.relations if each.models is not None}
        self._model_sources = tuple(sorted(sources))
        self._known: tuple[PatternSet, ...] | None = None
        self._asked: tuple[str | None, tuple[int, ...]] = (None, ())

    def known_models(self, model: str) -> tuple[int, ...]:
        """Which patterns of all grammars and relations fit a model number.

        Two numbers with one answer are judged alike, each by itself: nothing else reads one.
        """
        if self._known is None:
            sources = self._model_sources
            starts = range(0, len(sources), SET_SIZE)
            self._known = tuple(PatternSet(sources[at : at + SET_SIZE]) for at in starts)
        # One answer states its model more than once.
        if model == self._asked[0]:
            return self._asked[1]
        end = SET_SIZE * len(self._known)
        fitting = tuple(
            [
                number * SET_SIZE + hit
                for data in map(encoded, (model, *_behind_words(model)))
                for number, patterns in enumerate(self._known)
                # What fits the whole number and what fits the rest are told apart.
                for hit in (*patterns.hits(data), end)
            ]
        )
        self._asked = model, fitting
        return fitting

    def combine(self, supports: Sequence[Support]) -> Verdicts:
        """One decision for each attribute."""
        conflict = find_conflict(supports, self._vocabulary)
        of = _by_attribute(supports)
        related, related_classes = self._lineage.supports(of["brand"], of["model"])
        maker = self._maker(of["maker"], related, conflict)
        kept, dropped = _belonging(supports, maker, conflict)
        own = _by_attribute(kept)
        model = self._model(own["model"], dropped, maker)
        grammar = self._grammar(model.value, (maker.key, None))
        brand = self._brand(own["brand"], dropped, model, grammar)
        if grammar is None and brand.key is not None:
            grammar = self._grammar(model.value, (brand.key,))
        classes = [*own["class"], *related_classes, *self._spoken("class", model, grammar)]
        firmware, release = self._firmware(own["firmware"], dropped, (maker.key, brand.key))
        decisions = {
            "maker": maker,
            "brand": brand,
            "platform": self._plain("platform", own, dropped),
            "class": decide_class(
                classes, _of(dropped, "class"), self._vocabulary, conflict=conflict
            ),
            "model": model,
            "firmware": firmware,
            "serial": self._plain("serial", own, dropped),
            "mac": self._plain("mac", own, dropped),
        }
        return Verdicts(decisions=decisions, release=release, conflict=conflict)

    def _maker(
        self, observed: list[Support], related: list[Support], conflict: Conflict | None
    ) -> Decision:
        """An observed maker wins; a relation helps it to `probable`, or stands as a rival."""
        decision = decide("maker", observed, self._vocabulary)
        if conflict is not None:
            rivals = (decision.leader, *decision.rivals) if decision.leader else ()
            return Decision(
                attribute="maker",
                leader=None,
                band=Band.UNKNOWN,
                rivals=rivals,
                why=conflict.reason,
            )
        if not related:
            return decision
        both = decide("maker", [*observed, *related], self._vocabulary)
        seen = decision.leader
        if seen is None or both.leader is None or seen.points < self._vocabulary.strength.medium:
            return msgspec.structs.replace(both, band=at_most(both.band, Band.PROBABLE))
        if both.key == seen.key:
            limit = Band.CONFIRMED if decision.band is Band.CONFIRMED else Band.PROBABLE
            return msgspec.structs.replace(both, band=at_most(both.band, limit))
        others = decide("maker", related, self._vocabulary)
        theirs = (others.leader, *others.rivals) if others.leader else ()
        known = {seen.key, *(rival.key for rival in decision.rivals)}
        return msgspec.structs.replace(
            decision,
            rivals=(*decision.rivals, *(rival for rival in theirs if rival.key not in known)),
            why=f"{decision.why}; observed, so it outweighs what is known of the brand",
        )

    def _model(self, own: list[Support], dropped: list[Dropped], maker: Decision) -> Decision:
        """A model number that the maker's grammar knows is a better reading than another."""
        found = {each.value: self._grammar(each.value, (maker.key,)) for each in own}
        fitting = self._fitting([(each, found[each.value]) for each in own])
        return decide(
            "model",
            merge_prefixes([*own, *fitting]),
            self._vocabulary,
            dropped=_of(dropped, "model"),
        )

    def _brand(
        self,
        own: list[Support],
        dropped: list[Dropped],
        model: Decision,
        grammar: ModelGrammar | None,
    ) -> Decision:
        spoken = self._spoken("brand", model, grammar)
        return decide("brand", [*own, *spoken], self._vocabulary, dropped=_of(dropped, "brand"))

    def _grammar(self, model: str | None, owners: Sequence[str | None]) -> ModelGrammar | None:
        """The first grammar of the first owner that knows `model`, or the number behind a name."""
        if model is None:
            return None
        for text in (model, *_behind_words(model)):
            data = encoded(text)
            for owner in owners:
                for grammar, pattern in self._models.get(owner or "", ()):
                    if pattern.hits(data):
                        return grammar
        return None

    def _fitting(
        self, readings: Sequence[tuple[Support, ModelGrammar | Release | None]]
    ) -> list[Support]:
        """What a fitting grammar adds to readings of which none is strong by itself.

        One reading and its grammar reach `probable`; `confirmed` takes another field.
        """
        strength = self._vocabulary.strength
        strong = {each.key for each, _ in readings if each.points >= strength.strong}
        return [
            _known_form(each, found, min(each.points, strength.medium))
            for each, found in readings
            if found is not None and each.key not in strong
        ]

    def _spoken(
        self, attribute: str, model: Decision, grammar: ModelGrammar | None
    ) -> list[Support]:
        """What the model number says: strong when the number itself is more than weakly known."""
        if grammar is None or model.leader is None:
            return []
        value = grammar.brand if attribute == "brand" else grammar.device_class
        if value is None:
            return []
        read = [each for each in model.leader.counted if each.origin is not Origin.GRAMMAR]
        strength = self._vocabulary.strength
        known = sum(each.points for each in read) >= strength.medium
        return [
            Support(
                attribute=attribute,
                value=value,
                key=value,
                points=strength.strong if known else strength.weak,
                # No more independent than the answer in which the number stood.
                group=read[0].group,
                rule=grammar.id,
                origin=Origin.GRAMMAR,
                evidence=tuple(each for support in read for each in support.evidence),
                source=grammar.source,
                maker=grammar.owner,
            )
        ]

    def _firmware(
        self, own: list[Support], dropped: list[Dropped], owners: Iterable[str | None]
    ) -> tuple[Decision, Release | None]:
        """Texts that mean one release are one value, however they are printed."""
        reader = next((self._readers[owner] for owner in owners if owner in self._readers), None)
        readings: list[tuple[Support, Release | None]] = []
        for support in own:
            release = reader.read(support.value) if reader else None
            if release is not None:
                key = f"{release.version} {release.build or ''}".rstrip()
                support = msgspec.structs.replace(support, key=key)
            readings.append((support, release))
        releases = {each.value: release for each, release in readings if release is not None}
        supports = [*(each for each, _ in readings), *self._fitting(readings)]
        decision = decide(
            "firmware",
            merge_prefixes(supports),
            self._vocabulary,
            dropped=_of(dropped, "firmware"),
        )
        if decision.leader is None:
            return decision, None
        # Of the texts that agree, the fullest: one with the build before one without.
        said = [
            (support.value, releases[support.value])
            for support in decision.leader.supports
            if support.value in releases
        ]
        if not said:
            return decision, None
        value, release = max(said, key=lambda pair: pair[1].build is not None)
        leader = msgspec.structs.replace(decision.leader, value=value)
        return msgspec.structs.replace(decision, leader=leader), release

    def _plain(
        self, attribute: str, own: dict[str, list[Support]], dropped: list[Dropped]
    ) -> Decision:
        return decide(attribute, own[attribute], self._vocabulary, dropped=_of(dropped, attribute))


def _behind_words(model: str) -> tuple[str, ...]:
    """What is left of `ACME Pro IPC-40` without its first word, and its first two.

    Only what begins with a letter and has a digit: a number of its own.
    """
    if " " not in model[:_NAME]:
        return ()
    rests = (model.split(maxsplit=count)[count:] for count in (1, 2))
    return tuple(rest[0] for rest in rests if rest and _NUMBER.match(rest[0]))


def _known_form(support: Support, found: ModelGrammar | Release, points: int) -> Support:
    """The support that a fitting grammar adds to a reading."""
    name = found.id if isinstance(found, ModelGrammar) else found.grammar
    return msgspec.structs.replace(
        support,
        points=points,
        group="grammar",
        rule=name,
        origin=Origin.GRAMMAR,
        source=found.source if isinstance(found, ModelGrammar) else (),
    )


def _by_attribute(supports: Iterable[Support]) -> dict[str, list[Support]]:
    names = ("maker", "brand", "platform", "class", "model", "firmware", "serial", "mac")
    found: dict[str, list[Support]] = {name: [] for name in names}
    for support in supports:
        found[support.attribute].append(support)
    return found


def _of(dropped: Sequence[Dropped], attribute: str) -> tuple[Dropped, ...]:
    if not dropped:
        return ()
    return tuple(each for each in dropped if each.support.attribute == attribute)


def _belonging(
    supports: Iterable[Support], maker: Decision, conflict: Conflict | None
) -> tuple[list[Support], list[Dropped]]:
    """Supports of the leading maker and of nobody; another maker's rules do not speak here."""
    kept: list[Support] = []
    dropped: list[Dropped] = []
    for support in supports:
        if support.attribute in ("maker", "mac") or support.maker is None:
            kept.append(support)
        elif conflict is not None:
            dropped.append(Dropped(support=support, reason=f"not used: {conflict.reason}"))
        elif maker.key in (None, support.maker):
            kept.append(support)
        else:
            reason = f"a rule of {support.maker}, but {maker.value} leads"
            dropped.append(Dropped(support=support, reason=reason))
    return kept, dropped
