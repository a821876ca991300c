"""Which lists count, in which order, and how severe a match is: the user's policy."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from camscan.config import ListsConfig
from camscan.errors import ConfigError
from camscan.lists.load import Lists


def with_policy(data: Lists, policy: ListsConfig) -> Lists:
    """The same with the lists that count alone, those of `order` first.

    Without a policy all count, those of the United Kingdom first. Raises ConfigError for an id
    that no list has, and for an order or severity of a list that does not count.
    """
    known = {each.id: each for each in data.lists}
    used = tuple(known) if policy.use is None else policy.use
    for key, ids in (("use", used), ("order", policy.order), ("severity", tuple(policy.severity))):
        _check(key, ids, known)
    counted = {each for each in known if each in used}
    for key, ids in (("order", policy.order), ("severity", tuple(policy.severity))):
        for each in ids:
            if each not in counted:
                raise ConfigError(f"[lists] {key}: {each} does not stand in use")
    order = dict.fromkeys((*policy.order, *(each for each in known if each in counted)))
    return replace(
        data,
        lists=tuple(known[each] for each in order),
        severities=dict(policy.severity),
    )


def _check(key: str, ids: tuple[str, ...], known: Mapping[str, object]) -> None:
    for each in ids:
        if each not in known:
            raise ConfigError(f"[lists] {key}: {each!r} is no list; there are {', '.join(known)}")
