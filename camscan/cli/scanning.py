"""What `camscan scan` does once everything is decided: run, journal, reports, exit code."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from camscan.cli import INTERRUPTED
from camscan.cli.common import Settings
from camscan.cli.data import fingerprints, matcher, read_recorded
from camscan.cli.message import say, tell_record
from camscan.cli.output import emit
from camscan.cli.progress import ProgressDisplay
from camscan.cli.request import ScanPlan
from camscan.cli.runs import stated
from camscan.cli.verdict import Standard
from camscan.engine.request import OnProgress, OnRecord, ScanOutcome, ScanRequest
from camscan.engine.scan import scan
from camscan.errors import StoreError
from camscan.inventory.journal import Journal, Record, Saw, Started
from camscan.inventory.store import Store, new_run_id
from camscan.matching.match import Matcher
from camscan.model.contact import Contact
from camscan.model.coverage import Skip
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.model.run import RunStatus


def perform(
    decided: ScanPlan,
    settings: Settings,
    store: Store,
    *,
    evidence_files: Sequence[Path],
    multicast: frozenset[str],
    nmap: bool,
    records: Sequence[Record],
    resumes: str | None,
    standard: Standard,
) -> int:
    """Scan, write every report, and return the exit code."""
    judge = matcher(settings)
    recorded = read_recorded(evidence_files)
    conducted = conduct(
        decided,
        settings,
        store,
        judge,
        evidence=tuple(recorded.evidence),
        known_ports=recorded.ports,
        sources=tuple(map(str, evidence_files)),
        skips=recorded.skips,
        multicast=multicast,
        nmap=nmap,
        records=records,
        resumes=resumes,
    )
    outcome = conducted.outcome
    run = standard.found(stated(outcome.run, settings), judge.fingerprints)
    wanted = any(output.format == "contacts" for output in settings.wanted_outputs())
    contacts: Iterable[Contact] = outcome.contacts
    if conducted.journalled and wanted:
        contacts = store.contacts(outcome.run.run.id)
    run = standard.judged(run)
    emit(run, settings, contacts=contacts, gates=standard.gates)
    return INTERRUPTED if outcome.interrupted else standard.exit_code(run)


def _earlier(records: Sequence[Record]) -> Sequence[str]:
    """The files of a run that is resumed: what they said is in its journal."""
    starts = (record for record in records if isinstance(record, Started))
    return [name for start in starts for name in start.scope.sources]


class Conducted(Struct, frozen=True, kw_only=True):
    """A scan that is over, and whether its journal was kept."""

    outcome: ScanOutcome
    journalled: bool


def conduct(
    decided: ScanPlan,
    settings: Settings,
    store: Store,
    judge: Matcher,
    *,
    evidence: Sequence[Evidence] = (),
    known_ports: Sequence[tuple[str, Port]] = (),
    sources: Sequence[str] = (),
    skips: Sequence[Skip] = (),
    multicast: frozenset[str] = frozenset(),
    nmap: bool = False,
    records: Sequence[Record] = (),
    resumes: str | None = None,
    on_record: OnRecord = lambda _: None,
) -> Conducted:
    """Run the engine with journal and progress: everything of a scan but its reports."""
    run_id = new_run_id(datetime.now(UTC))
    noted = list(skips)
    journal = _journal(store, run_id, noted)
    request = ScanRequest(
        run_id=run_id,
        scope=decided.scope,
        ports=decided.ports,
        profile=decided.profile,
        interfaces=decided.interfaces,
        rate=decided.rate,
        site=decided.site,
        authority=decided.authority,
        until=decided.until,
        evidence=tuple(evidence),
        known_ports=tuple(known_ports),
        sources=tuple(dict.fromkeys((*_earlier(records), *sources))),
        skips=tuple(noted),
        resume=tuple(records),
        resumes=resumes,
        multicast=multicast,
        passive=decided.passive,
        vantage=decided.vantage,
        nmap=nmap,
    )
    _warn_of_rate(decided, settings)

    def told(record: Record) -> None:
        if settings.verbose:
            tell_record(record, settings)
        on_record(record)
        if isinstance(record, Saw):
            judge.look(record.evidence)

    with ProgressDisplay(quiet=settings.quiet, json_lines=settings.json_lines) as progress:
        outcomes: list[ScanOutcome] = []
        asyncio.run(_scan(request, judge, journal, progress, told, outcomes.append))
    if journal is not None:
        journal.close()
    return Conducted(outcome=outcomes[0], journalled=journal is not None)


def _journal(store: Store, run_id: str, skips: list[Skip]) -> Journal | None:
    """None where none can be kept, which is noted in `skips`."""
    try:
        return store.open_journal(run_id)
    except StoreError as error:
        skips.append(
            Skip(subject="journal", what="keeping and resuming the run", reason=str(error))
        )
        return None


def _warn_of_rate(decided: ScanPlan, settings: Settings) -> None:
    if decided.rate is not None:
        say(
            f"--rate {decided.rate:g} replaces the profile's limits; old firewalls and cameras may "
            "not like it",
            level="warning",
            json_lines=settings.json_lines,
        )


async def _scan(
    request: ScanRequest,
    judge: Matcher,
    journal: Journal | None,
    progress: OnProgress,
    on_record: OnRecord,
    on_outcome: Callable[[ScanOutcome], None],
) -> None:
    """The engine, with SIGTERM treated as Ctrl-C where the platform can.

    Returns nothing: at its end asyncio writes out what the task returned, and throws it away.
    """
    task = asyncio.current_task()
    if task is not None:
        with contextlib.suppress(NotImplementedError):  # the loops of Windows take no signals
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    on_outcome(
        await scan(
            request,
            identifier=judge,
            data=judge.fingerprints.version,
            journal=journal,
            on_progress=progress,
            on_record=on_record,
        )
    )


def print_resumed(
    store: Store, reference: str, settings: Settings, standard: Standard
) -> int | None:
    """A complete run is only printed again; None when there is something left to do."""
    run = store.ended_run(reference)
    if run is None or run.run.status is not RunStatus.COMPLETE:
        return None
    run = standard.judged(standard.found(stated(run, settings), fingerprints(settings)))
    emit(run, settings, contacts=store.contacts(reference), gates=standard.gates)
    return standard.exit_code(run)
