"""How findings speak of devices and destinations."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.reason import Code, text_of
from camscan.model.conversation import Conversation

_LOCATIONS = (Code.FOREIGN_COUNTRY, Code.COUNTRY, Code.HOME_COUNTRY)


def destination_name(conversation: Conversation) -> str:
    """Name, or address."""
    return conversation.name or conversation.peer or "unknown"


def locations(conversations: Iterable[Conversation]) -> tuple[str, ...]:
    """`a.b.c.d is located in XX (table, date)` for each peer of which a table knows the place: a
    country never stands without its table."""
    found: dict[str, None] = {}
    for conversation in conversations:
        for code in _LOCATIONS:
            text = text_of(conversation.reasons, code)
            if text is not None:
                found[text.partition(";")[0]] = None
                break
    return tuple(found)


def location_suffix(conversations: Iterable[Conversation]) -> str:
    """` in XX (table, date)` for a title, ` in XX, YY (table, date)` for several; or nothing."""
    by_table: dict[str, set[str]] = {}
    for text in locations(conversations):
        country, _, table = text.partition(" is located in ")[2].partition(" ")
        by_table.setdefault(table, set()).add(country)
    places = [f"{', '.join(sorted(by))} {table}".strip() for table, by in by_table.items()]
    return " in " + " and ".join(places) if places else ""


def blocking_rule(address: str, peer: str) -> str:
    """The nftables command that drops it."""
    family = "ip6" if ":" in peer else "ip"
    return f"nft add rule inet filter forward {family} saddr {address} {family} daddr {peer} drop"
