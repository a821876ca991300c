"""How findings speak of devices and destinations."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.reason import Code, text_of
from camscan.model.conversation import Conversation
from camscan.model.count import class_of
from camscan.model.device import Device

_LOCATIONS = (Code.FOREIGN_COUNTRY, Code.COUNTRY, Code.HOME_COUNTRY)


def device_name(device: Device | None, address: str) -> str:
    """`Hikvision camera 10.1.2.3 (Ripon)`; what is unknown is left out."""
    if device is None:
        return f"device {address}"
    claim = device.brand or device.maker
    found = class_of(device)
    words = [claim.name] if claim is not None else []
    words += [str(found) if found is not None else "device", address]
    return " ".join(words) + (f" ({device.site})" if device.site else "")


def destination_name(conversation: Conversation) -> str:
    """Name, or address."""
    return conversation.name or conversation.peer or "unknown"


def location(conversations: Iterable[Conversation]) -> str | None:
    """`a.b.c.d is located in XX (table, date)`: a country never stands without its table."""
    for conversation in conversations:
        for code in _LOCATIONS:
            text = text_of(conversation.reasons, code)
            if text is not None:
                return text.partition(";")[0]
    return None


def location_suffix(conversations: Iterable[Conversation]) -> str:
    """` in XX (table, date)` for a title, or nothing."""
    text = location(conversations)
    return " in" + text.partition(" is located in")[2] if text else ""


def blocking_rule(address: str, peer: str) -> str:
    """The nftables command that drops it."""
    family = "ip6" if ":" in peer else "ip"
    return f"nft add rule inet filter forward {family} saddr {address} {family} daddr {peer} drop"
