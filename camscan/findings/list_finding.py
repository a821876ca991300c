"""How findings speak of lists: the United Kingdom's first, each with its chain, date and form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from camscan.egress.event import device_name
from camscan.lists.match import ListMatch, MatchKind
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id

WHAT_A_LIST_IS = (
    "A list names a company; it says nothing about this device. Legal text is information, not"
    " legal advice."
)


def list_finding(
    rule: str,
    severity: Severity,
    device: Device,
    matches: Sequence[ListMatch],
    kinds: frozenset[MatchKind],
    said: str,
) -> Finding:
    """One device and all lists; `said` is the rest of the title."""
    assert device.maker is not None or device.brand is not None
    claim = device.maker or device.brand
    assert claim is not None
    told = [each for each in matches if each.kind in kinds or each.context]
    name = device_name(device, device.addresses[0] if device.addresses else device.id)
    return Finding(
        id=finding_id(rule, device.id, claim.id),
        rule=rule,
        severity=severity,
        title=f"{name} {said}",
        device=device.id,
        detail=" ".join([*map(_told, told), *_rest(matches, told)]),
        advice=(
            f"{claim.name}: {WHAT_A_LIST_IS} Decide by your own policy which lists matter, and look"
            " first at where the device stands and whom it talks to."
        ),
        evidence=claim.evidence,
        references=tuple(dict.fromkeys(s for each in told for s in each.list.head.source)),
    )


def _told(each: ListMatch) -> str:
    if each.context:
        return each.sentence
    return f"[{each.kind}] {each.chain}: {each.sentence}"


def _rest(matches: Iterable[ListMatch], told: Sequence[ListMatch]) -> Iterator[str]:
    """The lists that do not name it, with the day of their data, and those nobody can tell."""
    held = {each.list.id for each in told}
    others = [each for each in matches if each.list.id not in held]
    absent = [
        f"{each.list.head.title} ({each.list.head.data_date})"
        for each in others
        if each.kind is MatchKind.NOT_NAMED and each.list.head.names == "companies"
    ]
    if absent:
        yield f"Not named in the data of: {', '.join(absent)}."
    for each in others:
        if each.kind is MatchKind.UNKNOWN:
            yield each.sentence


def severity_of(
    matches: Iterable[ListMatch],
    severities: Mapping[str, Severity],
    default: Severity,
) -> Severity:
    """The gravest of what the user's policy says of these lists, `default` where it is silent."""
    order = tuple(Severity)
    said = [severities.get(each.list.id, default) for each in matches]
    return max(said, key=order.index, default=default)


def lists_named(matches: Iterable[ListMatch], kinds: frozenset[MatchKind]) -> int:
    """How many lists with a legal form name it; reports and proposals are not counted."""
    return sum(
        1
        for each in matches
        if each.kind in kinds and each.list.head.weight in ("measure", "instruction")
    )
