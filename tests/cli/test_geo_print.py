"""What `camscan geo` prints; tests/cli/test_geo.py runs the commands."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from camscan.cli.common import Settings
from camscan.cli.geo_print import addresses_of, describe, print_info
from camscan.egress.geo import Geo
from camscan.errors import UsageError


@pytest.fixture(scope="module")
def geo() -> Geo:
    return Geo.embedded()


def test_the_arguments_and_the_lines_of_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(" 1.2.3.4 \n\n::1\n"))
    assert list(addresses_of(["9.9.9.9", "-", "8.8.8.8"])) == [
        "9.9.9.9", "1.2.3.4", "::1", "8.8.8.8",
    ]  # fmt: skip


def test_what_is_asked_is_said_when_it_is_another_address(geo: Geo) -> None:
    assert describe(geo, "8.8.8.8").asked is None
    teredo = describe(geo, "2001:0:4136:e378:8000:63bf:db91:23f0")
    assert (teredo.asked, teredo.scope) == ("36.110.220.15", "global")
    assert (teredo.answer.country, teredo.answer.asn) == ("CN", 23724)


def test_no_address_is_a_usage_error_without_control_characters(geo: Geo) -> None:
    with pytest.raises(UsageError) as caught:
        describe(geo, "evil\x1b[2J")
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("day", "words"),
    [((2026, 8, 1), "61 days"), ((2026, 12, 1), "older than 90 days: DB-IP Country Lite")],
)
def test_age_and_warning(
    geo: Geo, day: tuple[int, int, int], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_info(geo, (), Settings(), "table", datetime(*day, tzinfo=UTC))
    text = capsys.readouterr().out
    assert words in text
    assert ("camscan geo update" in text) is (day == (2026, 12, 1))


def test_unknown_stays_unknown(geo: Geo, capsys: pytest.CaptureFixture[str]) -> None:
    print_info(geo, ("25.0.0.1",), Settings(), "table", datetime(2026, 8, 1, tzinfo=UTC))
    line = next(row for row in capsys.readouterr().out.splitlines() if row.startswith("25.0.0.1"))
    assert "unknown" in line
