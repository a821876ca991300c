"""`camscan history`: one device through all runs that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from camscan.cli.common import Settings, common_options

if TYPE_CHECKING:
    from camscan.inventory.history import Appearance
    from camscan.model.finding import Finding
    from camscan.model.run import Run

FORMATS = ("table", "json", "jsonl")
_OF_SEVERAL = frozenset({"recorder-channels"})
"""Rules whose findings count other devices too, which are not looked at here."""


class Seen(Struct, frozen=True, kw_only=True):
    """A finding of the device, from the first run that has it to the last."""

    id: str
    rule: str
    severity: str
    title: str
    first: datetime
    last: datetime
    stands: bool


@click.command(short_help="Follow one device through all runs.")
@click.argument("device", metavar="DEVICE")
@click.option(
    "--run",
    "reference",
    default="latest",
    show_default=True,
    metavar="RUN",
    help="The run that DEVICE is named in: an id, latest or a JSON file.",
)
@common_options
def history(settings: Settings, *, device: str, reference: str) -> int:
    """Show where DEVICE was, what it ran, and its findings, in every run that is kept.

    DEVICE is an address, a MAC, a serial or an id of RUN; it is known again by id, MAC, serial or
    UUID, else by its address where nothing speaks against it. A run that did not ask at its address
    says so. Findings are those that rest on this device alone, made with the lists and advisories
    of this camscan, and what runs that read traffic found.

    Formats: table, json, jsonl (one run a line).

    \b
    Examples:
      camscan history 10.20.0.9
      camscan history c0:56:e3:00:11:22 --format jsonl
    """
    from camscan.cli.fp_print import print_json, print_jsonl, print_table
    from camscan.cli.runs import find_run
    from camscan.errors import UsageError
    from camscan.inventory.history import Trail
    from camscan.inventory.lookup import device_by_name

    wanted = settings.format or "table"
    if wanted not in FORMATS:
        raise UsageError(f"--format {wanted}: history writes {', '.join(FORMATS)}")
    found = device_by_name(find_run(reference, settings).run, device)
    told = _Findings(settings)
    rows = []
    for run, each in _appearances(Trail(found), settings):
        told.look(run, each)
        rows.append(_row(each))
    if wanted == "jsonl":
        print_jsonl(rows)
    elif wanted == "json":
        document = {"schema": "camscan.history/1", "device": found.id, "runs": rows}
        print_json({**document, "findings": told.seen()})
    else:
        print_table(settings, list(_COLUMNS), (_cells(row) for row in rows))
        if told.seen():
            click.echo("")
            columns = ("Severity", "Finding", "Rule", "First", "Last", "Stands")
            print_table(settings, columns, map(_finding_cells, told.seen()))
    return 0


def _appearances(trail: Any, settings: Settings) -> Iterator[tuple[Run, Appearance]]:
    """Every kept run that came to its end, oldest first, one at a time in memory."""
    from camscan.cli.runs import stated
    from camscan.inventory.store import Store

    store = Store(settings.db)
    for run_id in store.run_ids():
        run = store.ended_run(run_id)
        if run is not None:
            run = stated(run, settings)
            (each,) = trail.follow((run,))
            yield run, each


class _Findings:
    """Findings of the device over the runs."""

    def __init__(self, settings: Settings) -> None:
        from camscan.cli.data import fingerprints
        from camscan.cli.verdict import Gates

        self._standard = Gates().standard(settings)
        self._fingerprints = fingerprints(settings)
        self._seen: dict[str, Seen] = {}

    def look(self, run: Run, each: Appearance) -> None:
        """Take in what `run` says."""
        if each.device is None:
            return
        from msgspec.structs import replace

        own = replace(run, devices=(each.device,), findings=())
        made = self._standard.found(own, self._fingerprints).findings
        for held in list(self._seen.values()):
            self._seen[held.id] = replace(held, stands=False)
        for finding in _of_device((*run.findings, *made), each.device.id):
            known = self._seen.get(finding.id)
            self._seen[finding.id] = Seen(
                id=finding.id,
                rule=finding.rule,
                severity=finding.severity.value,
                title=finding.title,
                first=known.first if known is not None else each.ended,
                last=each.ended,
                stands=True,
            )

    def seen(self) -> list[Seen]:
        """In the order in which they were first seen."""
        return list(self._seen.values())


def _of_device(findings: Iterable[Finding], device: str) -> Iterator[Finding]:
    from camscan.model.finding import FindingStatus

    for finding in findings:
        gone = finding.status is FindingStatus.GONE
        if finding.device == device and not gone and finding.rule not in _OF_SEVERAL:
            yield finding


_COLUMNS = ("Run", "Ended", "Seen", "Address", "Site", "Class", "Maker", "Model", "Firmware")


def _row(each: Appearance) -> dict[str, Any]:
    from camscan.inventory.compare import switch_port
    from camscan.inventory.overrides import measured

    device = each.device
    seen = "yes" if device is not None else "no" if each.reason is None else "not asked"
    row: dict[str, Any] = {
        "run": each.run, "ended": each.ended, "seen": seen, "reason": each.reason,
    }  # fmt: skip
    if device is None:
        return row
    return row | {
        "device": device.id,
        "addresses": device.addresses,
        "mac": device.mac,
        "site": device.site,
        "switch_port": switch_port(device),
        "class": measured(device, "class"),
        "maker": measured(device, "maker"),
        "model": measured(device, "model"),
        "firmware": device.firmware.value if device.firmware is not None else None,
        "stated": device.words,
    }


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    from camscan.report.escape import plain

    told = row["seen"] if row["reason"] is None else f"{row['seen']}: {row['reason']}"
    cells = [
        row["run"],
        f"{row['ended']:%Y-%m-%d %H:%M}",
        told,
        ", ".join(row.get("addresses", ())),
    ]
    cells += [row.get(key) or "" for key in ("site", "class", "maker", "model", "firmware")]
    return tuple(plain(str(cell)) for cell in cells)


def _finding_cells(one: Seen) -> tuple[str, ...]:
    from camscan.report.escape import plain

    days = (f"{moment:%Y-%m-%d %H:%M}" for moment in (one.first, one.last))
    stands = "yes" if one.stands else "no"
    return (one.severity, plain(one.title, 300), one.rule, *days, stands)
