"""The answer in sentences, in the wording rules of the design (section 8)."""

from __future__ import annotations

from camscan.authority import NOT_RECORDED
from camscan.inventory.merge import address_order
from camscan.inventory.streamed import walked
from camscan.model.count import count
from camscan.model.coverage import SubnetState
from camscan.model.run import Run, RunStatus
from camscan.report.parties import Sums, unexpected_of
from camscan.report.tally import UNKNOWN, by_maker, cameras

_MOST_ADDRESSES = 8


def answer(run: Run, sums: Sums | None = None) -> tuple[str, ...]:
    """What was found and what was not looked at, one sentence each; `sums` of its conversations
    save a walk through them."""
    lines = [_cameras(run), _beside(run), *_coverage(run), *_egress(run, sums)]
    if run.run.status is RunStatus.PARTIAL:
        lines.append("This run is partial: it ended before everything in scope was asked.")
    lines += _authority(run)
    return tuple(line for line in lines if line)


def _authority(run: Run) -> list[str]:
    if len(run.parts) == 1:
        lacking = run.run.scope.targets and run.run.authorised_by is None
        return [f"Authority: {NOT_RECORDED}."] if lacking else []
    lines = [f"Merged from {len(run.parts):,} runs:"]
    for part in run.parts:
        info = part.run
        scope = ", ".join((*info.scope.targets, *info.scope.sources)) or "no network"
        authority = info.authorised_by.name if info.authorised_by else NOT_RECORDED
        lines.append(
            f"  {info.id}: {info.started:%Y-%m-%d %H:%M} to {info.ended:%Y-%m-%d %H:%M} UTC, "
            f"{info.status}, {scope}; {part.coverage.answered:,} of {part.coverage.targets:,} "
            f"addresses answered; {authority}"
        )
    return lines


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _cameras(run: Run) -> str:
    found = cameras(run)
    parts = [f"{_plural(len(found), 'camera')} found"]
    rows = by_maker(found)
    known = [row for row in rows if row.maker != UNKNOWN]
    if known:
        first = known[0]
        text = f"{first.cameras:,} made by {first.maker}"
        if first.other_brands:
            text += f", {first.other_brands:,} of them sold under other names"
        parts.append(text)
        others = [f"{row.cameras:,} {row.maker}" for row in known[1:]]
        if others:
            parts.append(", ".join(others))
    unknown = sum(row.cameras for row in rows if row.maker == UNKNOWN)
    if unknown:
        parts.append(f"{unknown:,} of unknown maker")
    return "; ".join(parts) + "."


def _beside(run: Run) -> str:
    totals = count(run.devices)
    beside = [
        _plural(number, noun)
        for number, noun in (
            (totals.recorders, "recorder"),
            (totals.encoders, "encoder"),
            (totals.intercoms, "intercom"),
        )
        if number
    ]
    sentences = []
    if beside:
        sentences.append(f"Counted apart: {', '.join(beside)}.")
    if totals.others:
        called = "is not called a camera" if totals.others == 1 else "are not called cameras"
        sentences.append(f"{_plural(totals.others, 'other device')} {called}.")
    return " ".join(sentences)


def _coverage(run: Run) -> list[str]:
    coverage = run.coverage
    lines = []
    if coverage.targets:
        noun = "address" if coverage.targets == 1 else "addresses"
        lines.append(f"{coverage.answered:,} of {coverage.targets:,} {noun} answered.")
    silent = [s for s in coverage.subnets if s.state is not SubnetState.ANSWERED]
    for subnet in silent[:8]:
        where = f"{subnet.cidr} ({subnet.site})" if subnet.site else subnet.cidr
        lines.append(f"{where}: {subnet.state}; what is there is not in these totals.")
    if len(silent) > 8:
        lines.append(f"{len(silent) - 8:,} more subnets were not reached; see coverage.subnets.")
    return lines


def _egress(run: Run, sums: Sums | None) -> list[str]:
    if not run.conversations:
        return []
    unexpected = walked(run.conversations, unexpected_of) if sums is None else sums.unexpected
    if not unexpected:
        return ["No unexpected outbound connection was seen in what was captured."]
    were = "was" if len(unexpected) == 1 else "were"
    addresses = sorted(unexpected.values(), key=address_order)
    named = ", ".join(addresses[:_MOST_ADDRESSES])
    if len(addresses) > _MOST_ADDRESSES:
        named += f" and {len(addresses) - _MOST_ADDRESSES:,} more"
    return [
        f"{_plural(len(unexpected), 'device')} {were} seen to try to contact unexpected outside "
        f"servers: {named}."
    ]
