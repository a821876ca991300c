"""Order of firmware: total where both sides are known, None where nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, cmp_to_key
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.firmware import FirmwareReader
from camscan.model.firmware import Firmware, claimed, firmware
from camscan.model.identity import Band, FirmwareClaim
from tests.shipped import shipped_data


@cache
def reader(maker: str) -> FirmwareReader:
    return FirmwareReader(shipped_data().firmware[maker])


def read(maker: str, text: str) -> Firmware:
    """`text` through the shipped grammars of its maker."""
    release = reader(maker).read(text)
    assert release is not None, f"no grammar of {maker} reads {text!r}"
    return firmware(maker, text, release.version, release.build)


@pytest.mark.parametrize(
    ("maker", "text", "version", "build"),
    [
        ("hikvision", "V5.4.5 build 170124", (5, 4, 5), date(2017, 1, 24)),
        ("hikvision", "V5.7.13_230822", (5, 7, 13), date(2023, 8, 22)),
        ("hikvision", "V4.30.097 build 240401", (4, 30, 97), date(2024, 4, 1)),
        ("dahua", "2.820.0000000.48.R.220614", (2, 820, 48), date(2022, 6, 14)),
        ("dahua", "2.622.00AC000.0.R,build:2020-10-22", (2, 622, 0), date(2020, 10, 22)),
        ("axis", "10.12.240", (10, 12, 240), None),
        ("bosch", "7.80.0128", (7, 80, 128), None),
        ("reolink", "v3.0.0.136_20121102", (3, 0, 0, 136), date(2020, 12, 11)),
        ("tp-link", "3.1.0_Build_250820_Rel.57668n", (3, 1, 0), date(2025, 8, 20)),
        ("hanwha", "25.01.00_20250328_R392", (25, 1, 0), date(2025, 3, 28)),
        ("uniview", "IPC-B2202.7.11.230222", (7, 11), date(2023, 2, 22)),
        ("xiongmai", "V5.00.R02.00030665.10010.343706.0000000", (5, 0, 2), None),
    ],
)
def test_what_makers_print(
    maker: str, text: str, version: tuple[int, ...], build: date | None
) -> None:
    found = read(maker, text)
    assert (found.text, found.version, found.build) == (text, version, build)


@pytest.mark.parametrize(
    ("maker", "older", "newer"),
    [
        ("hikvision", "V5.4.5 build 170124", "V5.4.41 build 170101"),
        ("hikvision", "V5.7.13_230822", "V5.7.13 build 240102"),
        ("dahua", "2.800.0000000.24.R", "2.820.0000000.5.R"),
        ("axis", "9.80.3.5", "10.12.240"),
        ("axis", "10.5.1", "10.12.1"),
        ("bosch", "7.80.0128", "7.81.0002"),
        ("reolink", "v3.0.0.136_20121102", "v3.1.0.956_22041509"),
        ("tp-link", "3.1.0_Build_250701_Rel.1n", "3.1.0_Build_250820_Rel.57668n"),
        ("xiongmai", "V4.02.R11.00030665.10010.343706", "V5.00.R02.00030665.10010.343706"),
    ],
)
def test_older_is_older(maker: str, older: str, newer: str) -> None:
    assert read(maker, older).compared(read(maker, newer)) == -1
    assert read(maker, newer).compared(read(maker, older)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (firmware("axis", "10.12.240", "10.12.240"), firmware("bosch", "10.12.240", "10.12.240")),
        (firmware("axis", "?"), firmware("axis", "?")),
        (firmware("axis", "x", "10.12"), firmware("axis", "beta", "10.x")),
        # A customer's build of Dahua's firmware counts its patches by itself.
        (
            firmware("dahua", "a", "2.800.0000000.24.R"),
            firmware("dahua", "b", "2.800.00AC000.1.R"),
        ),
        (firmware("dahua", "a", "2.800.0000000.1.R"), firmware("dahua", "b", "2.800.0000000.1.T")),
        (firmware("dahua", "a", "2.420.14.R"), firmware("dahua", "b", "2.420.15.R")),
        # One says the day, the other does not.
        (
            firmware("hikvision", "a", "5.4.5", "2017-01-24"),
            firmware("hikvision", "b", "5.4.5"),
        ),
        (firmware("acme", "a", "1.0", "rc1"), firmware("acme", "b", "1.0", "rc2")),
        (firmware("reolink", "a", "1029"), firmware("reolink", "b", "3.1.0.956")),
        (firmware("akuvox", "a", "916.30.10.1"), firmware("akuvox", "b", "2915.30.10.2")),
        (firmware("acme", "a", "9" * 19), firmware("acme", "b", "1")),
    ],
)
def test_nobody_can_tell(one: Firmware, other: Firmware) -> None:
    assert one.compared(other) is None
    assert other.compared(one) is None


def test_a_claim_and_a_build_that_is_no_day() -> None:
    claim = FirmwareClaim(
        value="V5.4.5 build 170124", version="5.4.5", build="2017-01-24", band=Band.PROBABLE
    )
    assert claimed("hikvision", claim) == firmware(
        "hikvision", "V5.4.5 build 170124", "5.4.5", "2017-01-24"
    )
    assert firmware("acme", "x", "1.0", "2017-02-30").build is None
    assert firmware("acme", "x", "1.0", "2017-02-30").mark == "2017-02-30"
    assert firmware("acme", "1.0", "1.0").compared(firmware("acme", "1.0.0", "1.0.0")) == 0


# --- every maker: a total order over what its grammars read ------------------------------------

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
SMALL = st.integers(0, 3)


def _hikvision(v: list[int], day: date) -> str:
    return f"V{v[0] + 1}.{v[1]}.{v[2]} build {day:%y%m%d}"


def _dahua(v: list[int], day: date) -> str:
    return f"{v[0] + 2}.{v[1] + 400}.0000000.{v[2]}.R.{day:%y%m%d}"


def _axis(v: list[int], _day: date) -> str:
    return f"{v[0] + 4}.{v[1]}.{v[2]}"


def _bosch(v: list[int], _day: date) -> str:
    return f"{v[0] + 4}.{v[1]:02}.{v[2]:04}"


def _reolink(v: list[int], day: date) -> str:
    return f"v{v[0]}.{v[1]}.0.{v[2]}_{day:%y%m%d}01"


def _tp_link(v: list[int], day: date) -> str:
    return f"{v[0]}.{v[1]}.{v[2]}_Build_{day:%y%m%d}_Rel.57668n"


def _hanwha(v: list[int], day: date) -> str:
    return f"{v[0]}.{v[1]:02}.{v[2]:02}_{day:%Y%m%d}_R1"


def _uniview(v: list[int], day: date) -> str:
    return f"IPC-B2202.{v[1]}.{v[2]}.{day:%y%m%d}"


PRINTED: dict[str, Callable[[list[int], date], str]] = {
    "hikvision": _hikvision,
    "dahua": _dahua,
    "axis": _axis,
    "bosch": _bosch,
    "reolink": _reolink,
    "tp-link": _tp_link,
    "hanwha": _hanwha,
    "uniview": _uniview,
}
MAKERS = st.sampled_from(sorted(PRINTED))
VERSIONS = st.lists(SMALL, min_size=3, max_size=3)


@given(MAKERS, VERSIONS, DAYS, VERSIONS, DAYS)
def test_order_of_the_texts_is_the_order_of_their_numbers(
    maker: str, one: list[int], day: date, other: list[int], other_day: date
) -> None:
    printed = PRINTED[maker]
    left, right = read(maker, printed(one, day)), read(maker, printed(other, other_day))
    assert left.text == printed(one, day)
    if left.build is not None:
        assert left.build == day
    if maker == "uniview":
        one, other = one[1:], other[1:]
    mine: tuple[object, ...] = (one, day) if left.build else (one,)
    theirs: tuple[object, ...] = (other, other_day) if right.build else (other,)
    assert left.compared(right) == (mine > theirs) - (mine < theirs)  # type: ignore[operator]


@st.composite
def of_one_maker(draw: st.DrawFn, size: int) -> list[Firmware]:
    """Firmware of one maker, its parts drawn from few values so that they often meet."""
    maker = draw(st.sampled_from([*sorted(PRINTED), "xiongmai", "akuvox", "acme"]))
    version = st.lists(SMALL, min_size=1, max_size=4).map(lambda v: ".".join(map(str, v)))
    special = st.sampled_from(
        ["2.800.0000000.1.R", "2.800.0000000.2.R", "2.800.00AC000.1.R", "2.800.0000000.1.T",
         "V5.00.R02.A", "V5.00.R03.A", "V4.02.R11.B", "IPC-B1.1.2", "IPC-B1.1.3", "IPC-B2.1.2"]
    )  # fmt: skip
    build = st.sampled_from([None, "2020-01-01", "2021-01-01", "rc1", "rc2"])
    return [
        firmware(maker, "text", draw(st.none() | version | special), draw(build))
        for _ in range(size)
    ]


@given(of_one_maker(3))
def test_order_is_antisymmetric_and_transitive(three: list[Firmware]) -> None:
    a, b, c = three
    ab, ba, bc, ac = a.compared(b), b.compared(a), b.compared(c), a.compared(c)
    assert ab == (None if ba is None else -ba)
    assert a.compared(a) == (None if a.version is None else 0)
    if ab is not None and bc is not None and ab <= 0 and bc <= 0:
        assert ac == min(ab, bc)


KNOWN = st.tuples(st.lists(st.integers(0, 999), min_size=2, max_size=4), DAYS)


@given(st.lists(KNOWN, min_size=2, max_size=6))
def test_order_is_total_where_version_and_build_are_known(
    known: list[tuple[list[int], date]],
) -> None:
    all_of = [
        firmware("acme", "x", ".".join(map(str, numbers)), day.isoformat())
        for numbers, day in known
    ]
    for one in all_of:
        for other in all_of:
            assert one.compared(other) is not None
    placed = sorted(all_of, key=cmp_to_key(lambda a, b: a.compared(b)))
    assert [each.build for each in placed if each.version == placed[0].version] == sorted(
        each.build for each in placed if each.version == placed[0].version
    )
    assert all(a.compared(b) in (-1, 0) for a, b in pairwise(placed))


def test_every_example_of_every_grammar_has_a_place_or_none() -> None:
    data = shipped_data()
    ordered = 0
    for maker, grammars in data.firmware.items():
        for grammar in grammars:
            for example in grammar.examples:
                release = FirmwareReader([grammar]).read(example.text)
                assert release is not None
                found = firmware(maker, example.text, release.version, release.build)
                assert found.compared(found) == (None if found.version is None else 0)
                ordered += found.version is not None
    assert ordered >= 30


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_fuzz_any_text(text: str, version: str, build: str) -> None:
    for maker in ("hikvision", "dahua", "xiongmai", "uniview", "akuvox"):
        found = firmware(maker, text, version, build)
        assert found.text == text
        assert found.compared(found) in (0, None)
