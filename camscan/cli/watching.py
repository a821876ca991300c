"""The loop of `camscan watch`: take, judge, tell; a run in the store for each period."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from camscan.cli.stopping import Stopping
from camscan.egress.analyse import Inputs, judged, run_of
from camscan.egress.event import Event
from camscan.egress.live import LiveJudge
from camscan.findings.registry import with_findings
from camscan.model.flow import Flow
from camscan.model.run import Run
from camscan.sources.flows.fresh import FreshQuestions, question_flow
from camscan.sources.flows.join import record_of
from camscan.sources.flows.live import LiveSource
from camscan.sources.flows.source import Reading
from camscan.sources.flows.total import address_text

_TURN = 0.2  # seconds
_LOSSES = 60.0  # seconds between two messages about losses


class Watching:
    """Watches `sources`, which write into `reading`; `tell` gets events, `keep` finished runs,
    with the findings that need no traffic as `found` gives them."""

    def __init__(
        self,
        reading: Reading,
        sources: Sequence[LiveSource],
        inputs: Inputs,
        *,
        tell: Callable[[Event], None],
        keep: Callable[[Run], None],
        say: Callable[[str], None],
        found: Callable[[Run], Run] = lambda run: run,
    ) -> None:
        self._reading = reading
        self._sources = sources
        self._inputs = inputs
        self._tell = tell
        self._keep = keep
        self._say = say
        self._found = found
        self._judge = LiveJudge(inputs)
        self._questions = FreshQuestions(reading.names)
        self._began = datetime.now(UTC)
        self._lost = 0
        self._lost_told = 0.0

    def run(self, stopping: Stopping, *, seconds: float | None, every: float) -> None:
        """Until `stopping` or the end of `seconds`; a run is kept after each `every` seconds."""
        start = time.monotonic()
        end = None if seconds is None else start + seconds
        period = start + every
        while not stopping.stopped and (end is None or time.monotonic() < end):
            turn = time.monotonic()
            for source in self._sources:
                self._look(source.take(_TURN / len(self._sources)))
                self._judge.left_out(source.beyond(), time.time())
            self._ask()
            self._tell_losses()
            if time.monotonic() >= period:
                period += every
                self._renew()
            rest = _TURN - (time.monotonic() - turn)
            if rest > 0 and not any(one.waits for one in self._sources):
                time.sleep(rest)
        self.close("ended by a signal" if stopping.stopped else None)

    def close(self, problem: str | None) -> None:
        """Judge what is left, and keep the run."""
        for source in self._sources:
            self._look(source.close(problem))
            self._judge.left_out(source.beyond(), time.time())
        for event in self._judge.finish():
            self._tell(event)
        self._tell_losses(every=True)
        self._keep(self._finished(self._reading))

    def _look(
        self, flows: list[Flow], answers: dict[tuple[str, str], tuple[str, ...]] | None = None
    ) -> None:
        for event in self._judge.look(flows, answers):
            self._tell(event)

    def _ask(self) -> None:
        """DNS questions that no connection followed."""
        new, old = self._questions.look()
        self._judge.resolves(address_text(one.client) for one in new)
        answers: dict[tuple[str, str], tuple[str, ...]] = {}
        flows = []
        for one in old:
            client = address_text(one.client)
            if not self._judge.contacted(client, one.addresses):
                answers[client, one.name] = tuple(one.addresses)
                flows.append(question_flow(one))
        if flows:
            self._look(flows, answers)

    def _tell_losses(self, *, every: bool = False) -> None:
        lost = sum(source.lost for source in self._sources)
        now = time.monotonic()
        if lost > self._lost and (every or now - self._lost_told >= _LOSSES):
            self._say(f"{lost - self._lost} packets or records were lost; {lost} in all")
            self._lost, self._lost_told = lost, now

    def _renew(self) -> None:
        """Keep what was read so far as a run, and begin another; nobody is told twice."""
        before = self._reading
        self._reading = Reading(self._inputs.keep, before.zone, before.first_bytes)
        self._reading.names = before.names
        for source in self._sources:
            source.renew(self._reading)
        self._keep(self._finished(before))
        before.names.forget_questions()
        self._questions.restarted()

    def _finished(self, reading: Reading) -> Run:
        record = record_of(reading)
        started, self._began = self._began, datetime.now(UTC)
        run = run_of(record, judged(record, self._inputs), self._inputs, started=started)
        return with_findings(self._found(run))
