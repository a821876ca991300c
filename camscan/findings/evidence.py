"""How findings quote what was seen: field, value, method and port."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.model.device import Device, EvidenceRecord

_MOST = 3
_LONGEST = 80


def seen(device: Device, ids: Iterable[str], most: int = _MOST) -> str:
    """`http.server "App-webs/" (http, port 80), …` of the evidence with these ids, strongest
    first as claims list it; what is more than `most` is counted."""
    by_id = {item.id: item for item in device.evidence}
    held = [by_id[name] for name in dict.fromkeys(ids) if name in by_id]
    if not held:
        return "evidence that this run does not hold"
    text = ", ".join(map(quoted, held[:most]))
    return text if len(held) <= most else f"{text} and {len(held) - most} more"


def quoted(item: EvidenceRecord) -> str:
    """One piece of evidence; a long value is cut."""
    value = item.value if len(item.value) <= _LONGEST else f"{item.value[: _LONGEST - 1]}…"
    where = f"{item.method}, port {item.port}" if item.port is not None else item.method
    return f'{item.field} "{value}" ({where})'
