"""How right camscan is over devices that its fingerprints do not know: `make fp-score`.

The devices of tests/scenario/score/ are texts that public sources hold and no fingerprint has as an
example. Each miss is printed; the exit code is 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.model.evidence import Evidence
from camscan.model.identity import Band, Identity
from camscan.protocols.registry import DECODERS

DATA = Path(__file__).parents[1] / "tests" / "scenario" / "score"
RIGHT = 95
"""Goal: of 100 cameras and recorders whose maker a person could tell, so many are right."""
VIDEO = frozenset({"camera", "recorder", "encoder", "intercom"})

Judge = Callable[[Sequence[Evidence]], Identity]


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """One record as `camscan identify` takes it, without its target."""

    field: str | None = None
    value: str | None = None
    protocol: str | None = None
    raw: str | None = None


class Truth(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"class_": "class"}
):
    """What a person can tell from the texts; null is what a person could not."""

    maker: str | None
    brand: str | None
    class_: str | None


class Camera(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of cameras.jsonl: a camera or recorder."""

    target: str
    records: tuple[Text, ...]
    truth: Truth
    source: str


class Other(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of others.jsonl: a device that is neither; `kind` says what it is."""

    target: str
    records: tuple[Text, ...]
    kind: str
    source: str


class Score(Struct, kw_only=True):
    """Counts by verdict, and each miss in words."""

    makers: Counter[str] = msgspec.field(default_factory=Counter)
    classes: Counter[str] = msgspec.field(default_factory=Counter)
    others: Counter[str] = msgspec.field(default_factory=Counter)
    misses: list[str] = msgspec.field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Goals that were missed."""
        told = self.makers["right"] + self.makers["wrong"] + self.makers["unknown"]
        found = []
        if self.makers["right"] * 100 < told * RIGHT:
            found.append(f"the maker is right in {self.makers['right']} of {told}")
        if self.makers["wrong, confirmed"]:
            found.append(f"{self.makers['wrong, confirmed']} makers are wrong and confirmed")
        if self.others["camera"]:
            found.append(f"{self.others['camera']} other devices are called camera")
        return found


def evidence(target: str, records: Sequence[Text]) -> Iterator[Evidence]:
    """The texts as `camscan identify` reads them."""
    for each in records:
        if each.field is not None and each.value is not None:
            yield Evidence(target=target, field=each.field, value=each.value, method="identify")
        elif each.protocol is not None and each.raw is not None:
            for field, value in DECODERS[each.protocol](each.raw.encode()).fields:
                yield Evidence(target=target, field=field, value=value, method="identify")
        else:
            raise ValueError(f"{target}: a record needs field and value, or protocol and raw")


def verdict(said: str | None, true: str | None) -> str:
    """`right`, `wrong` or `unknown`, and the last two of what a person could not tell."""
    if true is None:
        return "not to be told" if said is None else "told, and a person could not"
    return "unknown" if said is None else "right" if said == true else "wrong"


def score_camera(score: Score, camera: Camera, judge: Judge) -> None:
    """Count one camera or recorder."""
    found = judge(list(evidence(camera.target, camera.records)))
    maker, kind = found.maker, found.device_class
    about_maker = verdict(maker.id if maker else None, camera.truth.maker)
    about_class = verdict(kind.value if kind else None, camera.truth.class_)
    score.makers[about_maker] += 1
    score.classes[about_class] += 1
    wrong = about_maker in ("wrong", "told, and a person could not")
    if wrong and maker is not None and maker.band is Band.CONFIRMED:
        score.makers["wrong, confirmed"] += 1
    said = f"said {maker.id} ({maker.band})" if maker else "said no maker"
    if wrong or about_maker == "unknown":
        score.misses.append(f"{camera.target}: maker {camera.truth.maker}: {said}")
    if about_class in ("wrong", "unknown"):
        said = f"said {kind.value} ({kind.band})" if kind else "said no class"
        score.misses.append(f"{camera.target}: class {camera.truth.class_}: {said}")
    brand = found.brand.id if found.brand else None
    if camera.truth.brand is not None and brand != camera.truth.brand:
        score.misses.append(f"{camera.target}: brand {camera.truth.brand}: said {brand}")


def score_other(score: Score, other: Other, judge: Judge) -> None:
    """Count one device that is no camera."""
    found = judge(list(evidence(other.target, other.records))).device_class
    score.others["all"] += 1
    if found is None or found.value not in VIDEO:
        score.others["no video device"] += 1
        return
    sure = found.band.reaches(Band.PROBABLE)
    score.others[found.value if sure else f"possible {found.value}"] += 1
    text = other.records[0].value or other.records[0].raw or ""
    score.misses.append(
        f"{other.target}: {other.kind} said {found.value} ({found.band}): {text[:80]!r}"
    )


def read_lines(path: Path, kind: type) -> Iterator[Camera | Other]:
    """The devices of a file; an unknown key or a missing one is an error."""
    for line in path.read_bytes().splitlines():
        yield msgspec.json.decode(line, type=kind)


def score(folder: Path, judge: Judge) -> Score:
    """Judge every device of both files."""
    found = Score()
    for camera in read_lines(folder / "cameras.jsonl", Camera):
        score_camera(found, camera, judge)
    for other in read_lines(folder / "others.jsonl", Other):
        score_other(found, other, judge)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures and every miss."""
    parser = argparse.ArgumentParser(prog="python -m bench.score", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the two files")
    found = score(parser.parse_args(arguments).data, Matcher(load()).identify)
    for title, counts in (
        ("maker of cameras and recorders", found.makers),
        ("class of cameras and recorders", found.classes),
        ("other devices", found.others),
    ):
        print(title)
        for name, amount in counts.most_common():
            print(f"  {amount:>6}  {name}")
    print(f"misses: {len(found.misses)}")
    for miss in found.misses:
        print(f"  {miss}")
    for fault in found.faults:
        print(f"GOAL MISSED: {fault}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
