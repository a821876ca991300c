"""Who allowed the run: read from the command line or camscan.toml, and enforced."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, time

from camscan.config import AuthorityConfig
from camscan.errors import ConfigError, ScopeError
from camscan.model.run import Authority
from camscan.scope import Scope, whole_networks

NOT_RECORDED = "authorisation not recorded"


def effective_authority(
    text: str | None, config: AuthorityConfig | None, scope: Scope, now: datetime
) -> Authority | None:
    """The authority of this run, or None when nobody recorded one.

    `--authorised-by` wins over `[authority]`'s name. Raises ScopeError when the run lies outside
    the authority's scope or dates, or when public addresses are in scope without one.
    """
    if config is not None:
        _check_dates(config, now)
        _check_scope(config, scope)
    if text is None and config is None:
        _check_not_needed(scope)
        return None
    return Authority(
        name=text if text is not None else config.name if config is not None else "",
        reference=config.reference if config is not None else None,
        valid_from=config.valid_from if config is not None else None,
        valid_until=config.valid_until if config is not None else None,
    )


def _check_not_needed(scope: Scope) -> None:
    if scope.allow_public:
        raise ScopeError("--allow-public needs --authorised-by or [authority] in camscan.toml")
    if scope.public_connected:
        raise ScopeError(
            f"{scope.public_connected[0]} is a public network: name who allows the scan with "
            "--authorised-by or [authority] in camscan.toml"
        )


def _check_dates(config: AuthorityConfig, now: datetime) -> None:
    if config.valid_from is not None and now < _moment("from", config.valid_from, time.min):
        raise ScopeError(f"the authority begins only at {config.valid_from}")
    if config.valid_until is not None and now > _moment("until", config.valid_until, time.max):
        raise ScopeError(f"the authority ended at {config.valid_until}")


def _moment(key: str, text: str, whole_day: time) -> datetime:
    """An ISO date or time; a bare date means the whole day, a time without zone is local."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"[authority] {key}: {text!r} is not an ISO date or time") from error
    if len(text) == 10:
        parsed = datetime.combine(parsed.date(), whole_day)
    return parsed.astimezone(UTC)


def _check_scope(config: AuthorityConfig, scope: Scope) -> None:
    if not config.scope:
        return
    v4, v6 = whole_networks(config.scope)
    for held, limit, kind in (
        (scope.v4, v4, ipaddress.IPv4Address),
        (scope.v6, v6, ipaddress.IPv6Address),
    ):
        outside = held.minus(limit)
        if outside.spans:
            raise ScopeError(
                f"{kind(outside.spans[0].first)} is outside the scope of the authority "
                f"({', '.join(config.scope)})"
            )
