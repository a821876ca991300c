"""`camscan explain`: the evidence behind what a run says of one device or conversation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.run_option import run_option

if TYPE_CHECKING:
    from camscan.model.device import Device


@click.command(short_help="Show the evidence behind a device or verdict.")
@click.argument("device", required=False, metavar="[DEVICE]")
@click.option("--flow", metavar="ID", help="Explain the verdict of a conversation instead.")
@run_option()
@common_options
def explain(settings: Settings, *, device: str | None, flow: str | None, reference: str) -> int:
    """Show, for each claim about DEVICE, what was seen, which rule took it how, and who says so.

    DEVICE is an address, a MAC, a serial or an id of the run; --flow takes the id of a conversation
    and shows its reasons and what they add up to. --format json gives the same as data.

    \b
    Examples:
      camscan explain 10.20.0.9
      camscan explain c0:56:e3:00:11:22 --run run.json
      camscan explain --flow c3f9a1b2
    """
    import msgspec

    from camscan.cli.data import matcher
    from camscan.cli.message import say
    from camscan.cli.runs import find_run
    from camscan.errors import UsageError
    from camscan.inventory.lookup import device_by_name, evidence_of
    from camscan.matching.explain import explain as explained
    from camscan.matching.explain import lines
    from camscan.net.oui import ieee_organisation

    if settings.format not in {None, "text", "json"}:
        raise UsageError("camscan explain writes --format text or json")
    if (device is None) == (flow is None):
        raise UsageError("name a DEVICE, or a conversation with --flow ID")
    if flow is not None:
        from camscan.cli.explain_flow import explain_flow

        return explain_flow(settings, flow, reference)
    run = find_run(reference, settings).run
    found = device_by_name(run, device or "")
    judge = matcher(settings)
    chain = explained(judge.judge(evidence_of(found)), judge.fingerprints)
    # Who bought a MAC block is a fact for the reader; it proves no maker (a brand may own it).
    organisation = ieee_organisation(found.mac) if found.mac else None
    if settings.format == "json":
        document = {
            "device": found.id,
            "addresses": found.addresses,
            "mac_organisation": organisation,
            "explanation": chain,
            "stated": found.words,
        }
        click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
        return 0
    click.echo(f"{found.label}  ({found.id}, {len(found.evidence)} pieces of evidence)")
    if judge.fingerprints.version.sha256 != run.tool.data.sha256:
        say(
            f"the run was judged with fingerprints of {run.tool.data.date}, this explanation uses "
            f"those of {judge.fingerprints.version.date}",
            level="warning",
            json_lines=settings.json_lines,
        )
    _write(found, lines(chain), organisation)
    return 0


def _write(device: Device, chain: Iterable[str], organisation: str | None) -> None:
    """The lines of the explanation, what the user said of the device, and who has its MAC block."""
    from camscan.inventory.overrides import told
    from camscan.report.escape import plain

    for line in chain:
        click.echo(plain(line, limit=500))
    for word in device.words:
        click.echo(plain(f"your word: {told(word)}", limit=500))
    if organisation:
        click.echo(f"{device.mac} is in a block that IEEE gave to {plain(organisation)}")
