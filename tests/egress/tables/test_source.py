from datetime import UTC, datetime

import pytest

from camscan.egress.tables.source import OPERATOR, DataSource


def made(date, **more):
    given = {"name": "x", "licence": "", "attribution": "", "link": "", **more}
    return DataSource(date=date, **given)


@pytest.mark.parametrize(
    "now, age, old",
    [((2026, 6, 1), 0, False), ((2026, 8, 30), 90, False), ((2026, 8, 31), 91, True)],
)
def test_age(now, age, old):
    source = made("2026-06-01")
    assert source.age_days(datetime(*now, tzinfo=UTC)) == age
    assert source.is_old(datetime(*now, tzinfo=UTC)) is old


def test_a_date_that_cannot_be_read_is_old():
    assert made("soon").age_days(datetime(2026, 9, 1, tzinfo=UTC)) is None
    assert made("soon").is_old(datetime(2026, 9, 1, tzinfo=UTC))


def test_where_an_as_is_registered_is_never_old():
    assert not made("2020-01-01", gives=(OPERATOR,)).is_old(datetime(2026, 9, 1, tzinfo=UTC))


def test_credit_leaves_out_what_is_not_stated():
    assert made("2026-06-01").credit == "x, 2026-06-01"
    full = made("2026-06-01", licence="L", attribution="by A", link="https://a.example")
    assert full.credit == "x, 2026-06-01, L, by A, https://a.example"
