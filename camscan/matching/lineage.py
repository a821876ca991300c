"""From a brand to its maker: what is known of who builds for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from camscan.matching.fingerprints import Fingerprints
from camscan.matching.pattern import Pattern, encoded
from camscan.matching.rank import rank
from camscan.matching.relation import Relation
from camscan.matching.support import Origin, Ranked, Support
from camscan.model.evidence import Evidence


class Lineage:
    """The relations of oem.toml and the makers' own brands."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self._vocabulary = fingerprints.vocabulary
        self._owned = {
            brand.id: brand for brand in fingerprints.brands.values() if brand.maker is not None
        }
        self._relations: dict[str, list[tuple[Relation, Pattern | None]]] = {}
        for relation in fingerprints.relations:
            pattern = Pattern(relation.models) if relation.models is not None else None
            self._relations.setdefault(relation.brand, []).append((relation, pattern))

    def supports(
        self, brands: Iterable[Support], models: Sequence[Support]
    ) -> tuple[list[Support], list[Support]]:
        """Makers, and classes, that the claimed brands and models lead to.

        A brand known from its MAC prefix alone leads nowhere unless a model agrees.
        """
        makers: list[Support] = []
        classes: list[Support] = []
        for brand in rank(brands):
            if not brand.counted:
                continue
            only_prefix = all(each.origin is Origin.OUI for each in brand.counted)
            if (owned := self._owned.get(brand.key)) and owned.maker and not only_prefix:
                points = min(brand.points, self._vocabulary.strength.strong)
                rule = f"{owned.maker}.brand.{brand.key}"
                makers.append(_support("maker", owned.maker, points, rule, brand, ()))
            for relation, pattern in self._relations.get(brand.key, ()):
                model = _matching(pattern, models)
                if model is None and (pattern is not None or only_prefix):
                    continue
                limit = self._vocabulary.strength.points(relation.confidence)
                points = min(brand.points, limit)
                seen = model.evidence if model else ()
                makers.append(
                    _support(
                        "maker", relation.maker, points, relation.id, brand, seen, relation.source
                    )
                )
                if relation.device_class is not None and model is not None:
                    spoken = _support(
                        "class",
                        relation.device_class,
                        points,
                        relation.id,
                        brand,
                        seen,
                        relation.source,
                    )
                    # No more independent than the answer in which the model stood.
                    classes.append(msgspec.structs.replace(spoken, group=model.group))
        return makers, classes


def _matching(pattern: Pattern | None, models: Sequence[Support]) -> Support | None:
    if pattern is None:
        return None
    return next((model for model in models if pattern.hits(encoded(model.value))), None)


def _support(
    attribute: str,
    value: str,
    points: int,
    rule: str,
    brand: Ranked,
    seen: tuple[Evidence, ...],
    source: tuple[str, ...] = (),
) -> Support:
    evidence = tuple(each for support in brand.counted for each in support.evidence)
    return Support(
        attribute=attribute,
        value=value,
        key=value,
        points=points,
        group="relation",
        rule=rule,
        origin=Origin.RELATION,
        evidence=(*evidence, *(each for each in seen if each not in evidence)),
        source=source,
        maker=value if attribute == "maker" else None,
    )
