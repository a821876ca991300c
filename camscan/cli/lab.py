"""`camscan lab`: simulated cameras for demos, CI jobs and tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.cli.common import Settings, common_options

if TYPE_CHECKING:
    from datetime import datetime

_MODE = click.option(
    "--mode",
    type=click.Choice(["auto", "loopback", "namespace"]),
    default="auto",
    show_default=True,
    help="Network namespaces (root, Linux) or 127.66.0.0/16 with high ports.",
)


@click.group(
    short_help="Simulated cameras.", context_settings={"help_option_names": ["-h", "--help"]}
)
def lab() -> None:
    """Simulated cameras and other devices: nothing of it is real, nothing leaves this machine."""


@lab.command(short_help="Bring an estate up and run a command against it.")
@click.option(
    "--estate", default="small", show_default=True, help="small, district, hostile or inquiries."
)
@_MODE
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@common_options
def up(settings: Settings, *, estate: str, mode: str, command: tuple[str, ...]) -> int:
    """Run COMMAND when the lab is ready, take the lab down, and return the command's code.

    COMMAND sees CAMSCAN_CONFIG (a camscan.toml with the lab's sites) and CAMSCAN_LAB_TARGETS.
    Without COMMAND the lab stays up until Ctrl-C.

    \b
    Examples:
      camscan lab up -- camscan scan --all-sites -o json:run.json
      camscan lab up --estate district
    """
    import os
    import signal
    import subprocess
    import tempfile
    from typing import cast

    from camscan.cli.message import say
    from camscan.lab.lab import Lab, Mode

    _leave_on_sigterm()
    with (
        Lab.up(estate, cast(Mode, mode)) as running,
        tempfile.TemporaryDirectory(prefix="camscan-lab-") as folder,
    ):
        config = Path(folder) / "camscan.toml"
        config.write_text(running.config_text, encoding="utf-8")
        if not settings.quiet:
            say(running.environment)
            say(f"the lab is up: {' '.join(running.targets)}")
        if command:
            environment = {
                **os.environ,
                "CAMSCAN_CONFIG": str(config),
                "CAMSCAN_LAB_TARGETS": " ".join(running.targets),
            }
            try:
                done = subprocess.run(  # noqa: S603 - the user's own command
                    [*running.prefix, *command], env=environment, check=False
                )
            except OSError as error:
                raise click.ClickException(f"cannot run {command[0]}: {error.strerror}") from error
            return done.returncode
        if running.prefix:
            say(f"run commands with: {' '.join(running.prefix)} …")
        say(f"its camscan.toml: {config}")
        say("Ctrl-C ends it")
        try:
            while True:
                signal.pause()
        except KeyboardInterrupt:
            return 0


def _leave_on_sigterm() -> None:
    """SIGTERM unwinds like Ctrl-C, so that no namespace or server stays behind."""
    import signal

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)


@lab.command(short_help="Scan a simulated district and read its capture.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("camscan-demo"),
    show_default=True,
    help="Folder for run.json, the capture and the rest.",
)
@_MODE
@common_options
def demo(settings: Settings, *, out: Path, mode: str) -> int:
    """Bring up a simulated district of 212 cameras, scan it, and say whom they call.

    \b
    Examples:
      camscan lab demo
      camscan lab demo --out /tmp/demo --mode loopback
    """
    from camscan.cli.demo import run_demo

    _leave_on_sigterm()
    return run_demo(settings, out, mode)


@lab.command(short_help="Write a day of traffic as captures and logs.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("camscan-day"),
    show_default=True,
    help="Folder for the capture, the logs, the inventory and the truth.",
)
@click.option("--estate", default="district", show_default=True, help="As for lab up.")
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Which day, in UTC; default: yesterday.",
)
@common_options
def day(settings: Settings, *, out: Path, estate: str, date: datetime | None) -> int:
    """Write one day of an estate's traffic, to try camscan egress or a pipeline with.

    The same day as a pcap, Zeek's logs, a firewall's filterlog, a resolver's log, and NetFlow where
    nfpcapd is installed; with inventory.json, camscan.toml, and truth.json: what has to be found,
    and nothing else. Nothing is scanned or sent, and no root is needed.

    \b
    Examples:
      camscan lab day --out day
      camscan egress day/zeek --run day/inventory.json --config day/camscan.toml
    """
    from datetime import UTC, timedelta
    from datetime import datetime as clock

    from camscan.errors import LocalFaultError
    from camscan.lab.day.folder import write_day
    from camscan.lab.estates import estate as named_estate
    from camscan.lab.lab import NAMESPACE_BASE

    chosen = named_estate(estate)
    when = date.date() if date is not None else (clock.now(UTC) - timedelta(days=1)).date()
    try:
        made = write_day(out, chosen, NAMESPACE_BASE, when)
    except OSError as error:
        raise LocalFaultError(f"cannot write to {out}: {error.strerror}") from error
    click.echo("This estate is simulated: no camera, council or address in it is real.")
    sources = (
        ("a capture", made.pcap),
        ("Zeek", made.zeek),
        ("NetFlow", made.netflow),
        ("a firewall", made.filterlog),
        ("a resolver", made.dnsmasq),
    )
    for name, path in sources:
        where = path if path is not None else "not written: nfpcapd (nfdump) is not installed"
        click.echo(f"  {name + ':':<12}{where}")
    click.echo(f"{len(made.day.planted)} calls in it are unexpected: {made.truth}")
    with_them = f"--run {made.inventory} --config {made.config}"
    click.echo(f"  camscan egress {made.pcap} {with_them}")
    return 0
