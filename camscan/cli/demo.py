"""The demo: a simulated district scanned with the real commands, then checked against its truth."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import click
from rich.console import Console

from camscan.cli.common import Settings
from camscan.cli.message import say
from camscan.errors import LocalFaultError
from camscan.inventory.store import decode_run
from camscan.lab.estate import Truth
from camscan.lab.lab import Lab, Mode
from camscan.model.count import class_of, is_camera, made_by
from camscan.model.run import Run
from camscan.report.conversations import conversation_table
from camscan.report.parties import sums_of
from camscan.report.table import maker_table, print_answer, print_findings, site_table

ESTATE = "district"
AUTHORITY = "camscan lab demo (a simulated estate)"


def run_demo(settings: Settings, out: Path, mode: str) -> int:
    """Scan, read the capture, print the answer; 1 when it differs from the estate's truth."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LocalFaultError(f"cannot make the folder {out}: {error.strerror}") from error
    click.echo("This estate is simulated: no camera, council or address in it is real.")
    with Lab.up(ESTATE, cast(Mode, mode)) as lab:
        click.echo(f"Up in {lab.environment}.")
        (out / "camscan.toml").write_text(lab.config_text, encoding="utf-8")
        lab.capture_pcap(out / "estate.pcap")
        click.echo(f"Scanning {', '.join(lab.targets)} …\n")
        common = ["--config", str(out / "camscan.toml"), "--db", str(out / "camscan.db")]
        if settings.quiet:
            common.append("--quiet")
        scan = ["scan", "--all-sites", "--profile", "thorough", "--authorised-by", AUTHORITY]
        _camscan([*scan, *common, "-o", f"json:{out / 'scan.json'}"], lab.prefix)
        source = ["egress", str(out / "estate.pcap"), "--run", str(out / "scan.json")]
        _camscan([*source, *common, "-o", f"json:{out / 'run.json'}"], ())
        truth = lab.truth
    run = decode_run((out / "run.json").read_bytes(), str(out / "run.json"))
    console = Console(
        width=None if sys.stdout.isatty() else 120,
        no_color=settings.no_color,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=not sys.stdout.isatty(),
    )
    console.print(maker_table(run))
    console.print(site_table(run))
    sums = sums_of(run.conversations)
    print_answer(console, run, sums)
    console.print(conversation_table(sums))
    print_findings(console, run)
    problems = differences(run, truth)
    for problem in problems:
        say(f"not as the estate is: {problem}", level="error")
    click.echo("The estate was simulated. Why a camera is called what it is:")
    example = next(device for device in run.devices if is_camera(device))
    click.echo(f"  camscan explain {example.addresses[0]} --run {out / 'run.json'}")
    click.echo(f"The run: {out / 'run.json'}; the capture: {out / 'estate.pcap'}")
    return 1 if problems else 0


def _camscan(arguments: list[str], prefix: tuple[str, ...]) -> None:
    """One camscan command in a process of its own, as a user would call it."""
    command = [*prefix, sys.executable, "-m", "camscan", *arguments]
    done = subprocess.run(command, check=False)  # noqa: S603 - this very program
    if done.returncode != 0:
        raise LocalFaultError(f"camscan {arguments[0]} ended with code {done.returncode}")


def differences(run: Run, truth: Mapping[str, Truth]) -> list[str]:
    """Where the run's classes and makers differ from what the estate is, one line each."""
    devices = {address: device for device in run.devices for address in device.addresses}
    problems = []
    for address, real in truth.items():
        device = devices.get(address)
        kind = class_of(device) if device is not None else None
        if real.kind in {"other", "vms"}:
            if kind in {"camera", "recorder", "encoder", "intercom"}:
                problems.append(f"{address} ({real.persona}) is called a {kind}")
            continue
        if device is None:
            problems.append(f"{address} ({real.persona}) was not found")
            continue
        if kind != real.kind:
            problems.append(f"{address} ({real.persona}) is called {kind or 'unknown'}")
        if real.maker is None:
            if device.maker is not None:
                problems.append(f"{address} ({real.persona}) is given to {device.maker.id}")
        elif not made_by(device, real.maker):
            problems.append(f"{address} ({real.persona}) is not given to {real.maker}")
    return problems
