"""`camscan doctor`: what this machine and user can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from camscan.cli.common import Settings, common_options

if TYPE_CHECKING:
    from camscan.net.capability import Capability


@click.command(short_help="What this machine can do.")
@common_options
def doctor(settings: Settings) -> int:
    """Print what this machine and user can do, what is lost without it, and the data's dates.

    Nothing is sent.

    \b
    Examples:
      camscan doctor
      camscan doctor --format json
    """
    import json

    import msgspec

    from camscan import __version__
    from camscan.cli.data import matcher
    from camscan.errors import UsageError
    from camscan.net.capability import capabilities
    from camscan.net.interface import interfaces

    if settings.format not in {None, "text", "json"}:
        raise UsageError("camscan doctor writes --format text or json")
    able = (*capabilities(), _compiled(), _pdf())
    links = interfaces()
    data = matcher(settings).fingerprints.version
    geo = _geo_lines()
    if settings.format == "json":
        document = {
            "version": __version__,
            "capabilities": msgspec.to_builtins(able),
            "interfaces": msgspec.to_builtins(links),
            "data": msgspec.to_builtins(data),
            "geo": geo,
        }
        click.echo(json.dumps(document, indent=2))
        return 0
    click.echo(f"camscan {__version__}")
    click.echo(f"fingerprints {data.version} of {data.date}, sha256 {data.sha256[:16]}")
    for line in geo:
        click.echo(line)
    click.echo("")
    for item in able:
        mark = "yes" if item.available else "no "
        click.echo(f"{mark}  {item.name}: {item.detail}")
        if not item.available and item.lost:
            click.echo(f"     without it: {item.lost}")
    click.echo("\nInterfaces")
    for link in links:
        addresses = ", ".join(f"{a.address}/{a.prefix}" for a in link.addresses) or "no address"
        state = "used" if link.reason is None else f"not used: {link.reason}"
        click.echo(f"  {link.name}: {addresses} ({state})")
    return 0


def _compiled() -> Capability:
    from camscan.net.capability import Capability
    from camscan.sources.flows.packet_counter import COMPILED

    return Capability(
        name="compiled counting",
        available=COMPILED,
        detail="captures are read by compiled code" if COMPILED else "not in this installation",
        lost="" if COMPILED else "captures take longer; what is found in them is the same",
    )


def _pdf() -> Capability:
    from camscan.net.capability import Capability
    from camscan.report.pdf.typeset import missing

    reason = missing()
    return Capability(
        name="PDF",
        available=reason is None,
        detail=reason or "WeasyPrint",
        lost="" if reason is None else "no -o pdf: the HTML report prints as well",
    )


def _geo_lines() -> list[str]:
    from camscan.egress.geo import Geo

    geo = Geo()
    faults = (f"countries and networks: {fault}" for fault in geo.faults)
    return [*(f"countries and networks: {line}" for line in geo.attribution), *faults]
