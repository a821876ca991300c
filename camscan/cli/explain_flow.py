"""`camscan explain --flow ID`: why a conversation has its verdict, reason by reason."""

from __future__ import annotations

import click

from camscan.cli.common import Settings


def explain_flow(settings: Settings, name: str, reference: str) -> int:
    """Print one conversation and what its reasons add up to; `name` is an id or the start of one.

    Raises UsageError when no conversation, or several, have it.
    """
    import msgspec

    from camscan.cli.runs import find_run
    from camscan.egress.reason import POINTS, codes_of, severity_of
    from camscan.errors import UsageError
    from camscan.model.conversation import Verdict
    from camscan.report.escape import plain

    run = find_run(reference, settings).run
    found = [one for one in run.conversations if one.id == name]
    found = found or [one for one in run.conversations if one.id.startswith(name)]
    if len(found) != 1:
        what = "several conversations begin so" if found else "no conversation has this id"
        raise UsageError(f"--flow {name}: {what} in run {run.run.id}")
    (one,) = found
    severity = severity_of(one.reasons) if one.verdict is Verdict.UNEXPECTED else None
    if settings.format == "json":
        points = {code.value: POINTS.get(code, 0) for code in codes_of(one.reasons)}
        document = {"conversation": one, "severity": severity, "points": points}
        click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
        return 0
    where = one.name or one.peer or "nobody"
    port = f"{one.protocol}/{one.port}" if one.port is not None else one.protocol
    click.echo(plain(f"{one.address} and {where}, {port}  ({one.id})", limit=500))
    heads = [f"verdict   {one.verdict}"]
    if severity is not None:
        heads.append(f"severity  {severity}")
    heads.append(f"seen      {one.first:%Y-%m-%d %H:%M:%S} to {one.last:%Y-%m-%d %H:%M:%S} UTC")
    heads.append(
        f"counted   {one.count} times; out {_count(one.bytes_out)} bytes,"
        f" in {_count(one.bytes_in)} bytes; {one.source}"
    )
    for line in heads:
        click.echo(plain(line, limit=500))
    for reason in one.reasons:
        code, _, text = reason.partition(": ")
        worth = next((value for known, value in POINTS.items() if known.value == code), 0)
        line = f"{worth:+3d}  {code}: {text}" if worth else f"     {reason}"
        click.echo(plain(line, limit=600))
    click.echo(
        f"judged with fingerprints of {run.tool.data.date}; points add up only where the verdict"
        " is unexpected: 4 and more are high, 2 and more medium"
    )
    return 0


def _count(value: int | None) -> str:
    return "unknown" if value is None else str(value)
