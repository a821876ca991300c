"""The engine on loopback: stages joined, interruption, resume, and what the run says of it all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from camscan.engine.request import Progress, ScanOutcome, ScanRequest
from camscan.engine.scan import scan
from camscan.inventory.journal import (
    BlockSwept,
    Ended,
    HostDone,
    Journal,
    MethodEnded,
    Record,
    Started,
    Touched,
    read_ended,
    read_journal,
)
from camscan.matching.data import data_root
from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.model.coverage import Skip, SubnetState
from camscan.model.evidence import Evidence
from camscan.model.run import Authority, RunStatus
from camscan.net.profile import PROFILES, Profile
from camscan.scope import build_scope

CAMERA = "127.89.1.20"
SECOND = "127.89.2.30"
TITLE = b"<title>index.html</title>"
PAGE = (
    b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(TITLE), TITLE)
)
# Nobody here answers WS-Discovery: no need to listen long for it.
FAST = msgspec.structs.replace(PROFILES["thorough"], name="fast", listen_seconds=0.1)
SLOW = msgspec.structs.replace(FAST, name="slow", on_link_pps=400.0)


@cache
def judge() -> Matcher:
    return Matcher(load(data_root(None)))


class Web:
    """A web server on each address; `asked` counts requests per address."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.answering = asyncio.Event()
        self.answering.set()

    async def visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await reader.readline():
                address = writer.get_extra_info("sockname")[0]
                self.asked[address] = self.asked.get(address, 0) + 1
                await self.answering.wait()
                writer.write(PAGE)
                await writer.drain()
        except OSError:
            return
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def cameras(*addresses: str, port: int = 8080) -> AsyncIterator[Web]:
    web = Web()
    async with contextlib.AsyncExitStack() as stack:
        for address in addresses:
            await stack.enter_async_context(await asyncio.start_server(web.visit, address, port))
        yield web


def request(*targets: str, profile: Profile = FAST, **more: Any) -> ScanRequest:
    given: dict[str, Any] = {"ports": (8080,), "interfaces": (), **more}
    sites = given.pop("sites", {})
    exclude = given.pop("exclude", ())
    scope = build_scope(targets, exclude, sites=sites)
    return ScanRequest(run_id="test", scope=scope, profile=profile, **given)


async def run(wanted: ScanRequest, **more: Any) -> ScanOutcome:
    return await scan(wanted, identifier=judge(), data=judge().fingerprints.version, **more)


def play(work: Callable[[], Any]) -> Any:
    return asyncio.run(work())


def device(outcome: ScanOutcome, address: str) -> Any:
    return next(d for d in outcome.run.devices if address in d.addresses)


def said(target: str, field: str, value: str) -> Evidence:
    return Evidence(target=target, field=field, value=value, method="file", transport="link")


def test_a_host_is_probed_while_the_sweep_goes_on() -> None:
    async def work() -> ScanOutcome:
        async with cameras(CAMERA):
            return await run(request("127.89.1.0/24", ports=(8080, 8554, 8899), profile=SLOW))

    outcome = play(work)
    queries = [contact.query for contact in outcome.contacts if contact.transport == "tcp"]
    swept = [n for n, query in enumerate(queries) if query == "tcp connect"]
    probed = [n for n, query in enumerate(queries) if query.startswith("http GET")]
    assert len(swept) == 3 * 254
    assert probed
    assert probed[0] < swept[len(swept) * 3 // 4]
    found = device(outcome, CAMERA)
    assert found.maker is not None
    assert found.maker.id == "hikvision"
    assert [(p.port, p.service, p.status) for p in found.ports] == [(8080, "http", "open")]


def test_a_slow_host_does_not_hold_up_the_others() -> None:
    async def work() -> ScanOutcome:
        async with cameras(CAMERA, SECOND) as web, cameras("127.89.1.21") as slow:
            slow.answering.clear()
            outcome = asyncio.create_task(
                run(request(CAMERA, "127.89.1.21", SECOND, ports=(8080,)))
            )
            async with asyncio.timeout(3):
                while sum(web.asked.values()) < 4:
                    await asyncio.sleep(0.01)
            slow.answering.set()
            return await outcome

    outcome = play(work)
    assert {d.addresses[0] for d in outcome.run.devices} == {CAMERA, SECOND, "127.89.1.21"}


def test_evidence_of_files_joins_what_was_scanned() -> None:
    recorded = (
        said(CAMERA, "mac.address", "c0:56:e3:00:00:09"),
        said("127.89.1.99", "http.server", "App-webs/"),
        said("10.9.9.9", "http.server", "App-webs/"),
    )
    skip = Skip(subject="leases.txt", what="line 3", reason="not understood")

    async def work() -> ScanOutcome:
        async with cameras(CAMERA):
            return await run(request("127.89.1.0/24", evidence=recorded, skips=(skip,)))

    outcome = play(work)
    found = device(outcome, CAMERA)
    assert found.mac == "c0:56:e3:00:00:09"
    assert {item.method for item in found.evidence} >= {"file", "http"}
    # Only a file speaks of these two: they are devices of the inventory, but nobody answered.
    assert device(outcome, "127.89.1.99").maker.id == "hikvision"
    assert device(outcome, "10.9.9.9").maker.id == "hikvision"
    assert outcome.run.coverage.answered == 1
    assert skip in outcome.run.coverage.skips
    assert "10.9.9.9" not in {contact.address for contact in outcome.contacts}


def test_a_subnet_where_nothing_answers_is_not_reached() -> None:
    async def work() -> ScanOutcome:
        async with cameras(CAMERA):
            return await run(request("127.89.1.0/24", "127.89.7.0/24"))

    outcome = play(work)
    rows = {row.cidr: row for row in outcome.run.coverage.subnets}
    assert rows["127.89.1.0/24"].state is SubnetState.ANSWERED
    assert (rows["127.89.1.0/24"].targets, rows["127.89.1.0/24"].answered) == (254, 1)
    # On loopback the kernel refuses for everybody: a refusal there is nobody's answer.
    assert rows["127.89.7.0/24"].state is SubnetState.NOT_REACHED
    assert rows["127.89.7.0/24"].reason
    assert outcome.run.run.status is RunStatus.COMPLETE


def test_sites_and_authority_are_in_the_run() -> None:
    sites = {"Town": ["127.89.1.0/24"], "Depot": ["127.89.2.0/24"]}
    authority = Authority(name="Head of IT", reference="change 4711")

    async def work() -> ScanOutcome:
        async with cameras(CAMERA, SECOND):
            return await run(
                request(
                    "127.89.1.16/28", "127.89.2.0/26", sites=sites, site="Town",
                    authority=authority, exclude=("127.89.2.1",),
                )
            )  # fmt: skip

    outcome = play(work)
    assert device(outcome, CAMERA).site == "Town"
    assert device(outcome, SECOND).site == "Depot"
    assert {row.site for row in outcome.run.coverage.subnets} == {"Town", "Depot"}
    info = outcome.run.run
    assert (info.site, info.authorised_by) == ("Town", authority)
    assert info.scope.exclude == ("127.89.2.1",)
    assert info.scope.ports == (8080,)
    assert info.scope.addresses == outcome.run.coverage.targets == 14 + 61


def test_never_ports_are_not_touched_even_when_asked() -> None:
    async def work() -> tuple[ScanOutcome, Web]:
        async with cameras(CAMERA, port=9100) as printer:
            return await run(request(CAMERA, ports=(8080, 9100, 9107))), printer

    outcome, printer = play(work)
    assert {contact.port for contact in outcome.contacts if contact.transport == "tcp"} == {8080}
    assert printer.asked == {}


def test_until_ends_a_scan_as_partial() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=0.8)

    async def work() -> ScanOutcome:
        async with cameras(CAMERA):
            return await run(
                request("127.89.1.0/24", "127.89.9.0/24", ports=(8080, 8081), profile=SLOW,
                        until=soon)
            )  # fmt: skip

    outcome = play(work)
    assert not outcome.interrupted
    assert outcome.run.run.status is RunStatus.PARTIAL
    assert outcome.run.run.ended - soon < timedelta(seconds=1)
    assert any("--until" in skip.reason for skip in outcome.run.coverage.skips)
    rows = {row.cidr: row.state for row in outcome.run.coverage.subnets}
    assert rows["127.89.9.0/24"] is SubnetState.NOT_SCANNED


def test_a_cancelled_scan_returns_what_it_has() -> None:
    async def work() -> tuple[ScanOutcome, bool]:
        async with cameras(CAMERA) as web:
            task = asyncio.create_task(run(request("127.89.1.0/24", ports=(8080, 8081, 8899),
                                                   profile=SLOW)))  # fmt: skip
            async with asyncio.timeout(5):
                while not web.asked:
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.2)
            task.cancel()
            return await task, task.cancelled()

    outcome, cancelled = play(work)
    assert outcome.interrupted
    assert not cancelled, "the report can still be written"
    assert outcome.run.run.status is RunStatus.PARTIAL
    assert any(item.field == "http.server" for item in device(outcome, CAMERA).evidence)


def test_progress_grows_to_everything() -> None:
    told: list[Progress] = []

    async def work() -> ScanOutcome:
        async with cameras(CAMERA, SECOND):
            return await run(
                request("127.89.1.16/28", "127.89.2.16/28", ports=(8080, 8554)),
                on_progress=told.append,
            )

    play(work)
    attempts = [one.attempts for one in told]
    assert attempts == sorted(attempts)
    last = told[-1]
    assert last.attempts == last.attempts_in_all == 28 * 2
    assert (last.hosts, last.hosts_done) == (2, 2)


def journalled(path: Path, wanted: ScanRequest, *addresses: str) -> tuple[ScanOutcome, Any, Any]:
    async def work() -> tuple[ScanOutcome, Web]:
        async with cameras(*addresses) as web:
            with Journal(path) as journal:
                return await run(wanted, journal=journal), web

    outcome, web = play(work)
    return outcome, web, tuple(read_journal(path))


def test_the_journal_holds_the_whole_run(tmp_path: Path) -> None:
    outcome, _, records = journalled(tmp_path / "j", request("127.89.1.16/28"), CAMERA)
    first, last = records[0], records[-1]
    assert isinstance(first, Started)
    assert first.scope == outcome.run.run.scope
    assert isinstance(last, Ended)
    assert read_ended(tmp_path / "j") == outcome.run
    touched = tuple(record.contact for record in records if isinstance(record, Touched))
    assert {contact.address for contact in touched} >= {CAMERA}
    assert list(outcome.contacts) == [], "they stay in the journal, not in memory"
    assert [r.address for r in records if isinstance(r, HostDone)] == [CAMERA]
    assert [(r.first, r.last) for r in records if isinstance(r, BlockSwept)] == [(0, 13)]


def test_a_resumed_scan_asks_nobody_twice(tmp_path: Path) -> None:
    wanted = request("127.89.1.16/28", "127.89.2.16/28")
    first, _, records = journalled(tmp_path / "a", wanted, CAMERA, SECOND)
    # As if killed after the first camera was done: no method, no block and no end is on record.
    done = next(r.address for r in records if isinstance(r, HostDone))
    other = SECOND if done == CAMERA else CAMERA
    kept: list[Record] = []
    for record in records:
        if isinstance(record, Ended | BlockSwept | MethodEnded):
            continue
        address = getattr(record, "address", None) or getattr(
            getattr(record, "evidence", None), "target", None
        )
        if address != other:
            kept.append(record)
    again = msgspec.structs.replace(wanted, resume=tuple(kept), resumes="a")
    second, web, _ = journalled(tmp_path / "b", again, CAMERA, SECOND)
    assert set(web.asked) == {other}
    assert second.run.run.status is RunStatus.COMPLETE
    assert {d.id for d in second.run.devices} == {d.id for d in first.run.devices}
    assert second.run.coverage.answered == 2


def test_a_disk_that_fills_up_costs_the_journal_and_not_the_run(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    full = tmp_path / "full"
    full.symlink_to("/dev/full")

    async def work() -> ScanOutcome:
        async with cameras(CAMERA):
            with Journal(full) as journal:
                return await run(request(CAMERA), journal=journal)

    outcome = play(work)
    assert outcome.run.run.status is RunStatus.COMPLETE
    assert device(outcome, CAMERA).maker is not None
    (skip,) = [s for s in outcome.run.coverage.skips if s.subject == "journal"]
    assert "No space left" in skip.reason
