"""Who allowed the run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from camscan.authority import effective_authority
from camscan.config import AuthorityConfig
from camscan.errors import ConfigError, ScopeError
from camscan.scope import build_scope

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SCOPE = build_scope(["10.1.0.0/24"])


def test_nobody_recorded_is_none() -> None:
    assert effective_authority(None, None, SCOPE, NOW) is None


def test_option_wins_over_the_name_and_keeps_the_reference() -> None:
    config = AuthorityConfig(name="Head of IT", reference="CHG-1")
    found = effective_authority("duty officer", config, SCOPE, NOW)
    assert found is not None
    assert (found.name, found.reference) == ("duty officer", "CHG-1")


def test_public_needs_an_authority() -> None:
    public = build_scope(["81.2.69.160/30"], allow_public=True)
    with pytest.raises(ScopeError, match="--authorised-by"):
        effective_authority(None, None, public, NOW)
    assert effective_authority("contract 7", None, public, NOW) is not None


def test_connected_public_network_needs_an_authority() -> None:
    scope = build_scope(["81.2.69.0/28"], connected={"eth0": ["81.2.69.1/28"]})
    with pytest.raises(ScopeError, match="public network"):
        effective_authority(None, None, scope, NOW)


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [
        ("2026-11-25", None, "begins only"),
        (None, "2026-11-23", "ended"),
        (None, "2026-11-24T11:00:00+00:00", "ended"),
        ("2026-11-24", "2026-11-24", None),
    ],
)
def test_dates(first: str | None, last: str | None, fault: str | None) -> None:
    config = AuthorityConfig(name="x", valid_from=first, valid_until=last)
    if fault is None:
        assert effective_authority(None, config, SCOPE, NOW) is not None
    else:
        with pytest.raises(ScopeError, match=fault):
            effective_authority(None, config, SCOPE, NOW)


def test_a_date_that_is_none_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="until"):
        effective_authority(None, AuthorityConfig(name="x", valid_until="soon"), SCOPE, NOW)


def test_outside_its_scope_is_refused() -> None:
    with pytest.raises(ScopeError, match=r"10\.1\.0\.1 is outside"):
        effective_authority(None, AuthorityConfig(name="x", scope=("10.2.0.0/16",)), SCOPE, NOW)
    halves = AuthorityConfig(name="x", scope=("10.1.0.0/25", "10.1.0.128/25"))
    assert effective_authority(None, halves, SCOPE, NOW) is not None
