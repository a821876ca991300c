from __future__ import annotations

from array import array
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from camscan.engine.ledger import Ledger
from camscan.inventory.contacts import Contacts
from camscan.inventory.journal import (
    Answered,
    BlockSwept,
    CutOff,
    HeardFrom,
    HostDone,
    Journal,
    MethodEnded,
    NotedPort,
    Record,
    Saw,
    Touched,
    read_journal,
)
from camscan.model.contact import Contact
from camscan.model.contact_round import RoundBegan, RoundEnded, pack
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.device import Port
from camscan.model.evidence import Evidence

AT = datetime(2026, 11, 27, tzinfo=UTC)


def contact(query: str, address: str, transport: str = "udp") -> Contact:
    return Contact(at=AT, address=address, port=37020, transport=transport, query=query)


def evidence(field: str, value: str) -> Evidence:
    return Evidence(target="10.0.0.1", field=field, value=value, method="wsd")


def test_each_fact_is_kept_and_written_once(tmp_path: Path) -> None:
    told: list[Record] = []
    with Journal(tmp_path / "j") as journal:
        ledger = Ledger(journal, told.append)
        for _ in range(2):
            ledger.saw(evidence("http.server", "x"))
            ledger.note_answer("10.0.0.1")
            ledger.skip(Skip(subject="a", what="b", reason="c"))
    written = list(read_journal(tmp_path / "j"))
    assert written == told
    assert [type(record).__name__ for record in written] == ["Saw", "Answered", "Skipped"]


def test_contacts_are_kept_in_memory_only_without_a_journal(tmp_path: Path) -> None:
    alone = Ledger(None, lambda _: None)
    alone.contact(contact("sadp inquiry", "10.0.0.1"))
    assert len(alone.contacts) == 1
    with Journal(tmp_path / "j") as journal:
        kept = Ledger(journal, lambda _: None)
        kept.contact(contact("sadp inquiry", "10.0.0.1"))
    assert kept.contacts == []
    assert [type(r) for r in read_journal(tmp_path / "j")] == [Touched]


def rounds() -> tuple[RoundBegan, RoundEnded]:
    began = RoundBegan(
        id="a-1",
        at=datetime.now(UTC),
        port=80,
        transport="tcp",
        query="tcp syn",
        addresses=("10.0.0.0-10.0.255.255",),
    )
    return began, RoundEnded(
        id="a-1",
        at=began.at,
        packets=1,
        order=pack(array("I", [0]), array("I", [1]), array("I", [65535])),
    )


def test_a_round_is_two_records_in_the_journal_and_without_one_in_memory(tmp_path: Path) -> None:
    alone = Ledger(None, lambda _: None)
    with Journal(tmp_path / "j") as journal:
        kept = Ledger(journal, lambda _: None)
        for record in rounds():
            alone.round(record)
            kept.round(record)
    assert [type(r) for r in alone.contacts] == [RoundBegan, RoundEnded]
    assert kept.contacts == []
    assert [type(r) for r in read_journal(tmp_path / "j")] == [RoundBegan, RoundEnded]


def test_rounds_of_an_earlier_part_of_the_run_stay_on_record(tmp_path: Path) -> None:
    began, ended = rounds()
    with Journal(tmp_path / "j") as journal:
        Ledger(journal, lambda _: None).replay([began, ended, replace(began, id="a-2")])
    made = list(Contacts(lambda: read_journal(tmp_path / "j")))
    assert (made[0].address, made[0].query) == ("10.0.255.255", "tcp syn")
    assert len(made) == 1 + 65536, "of the second it is not known how far it came"


def test_who_got_a_datagram_of_a_round_gets_it_no_more() -> None:
    now = datetime.now(UTC)

    def began(key: str) -> RoundBegan:
        return RoundBegan(
            id=key,
            at=now,
            port=37020,
            transport="udp",
            query="sadp inquiry",
            addresses=("10.0.0.1-10.0.0.4",),
        )

    order = pack(array("I", [0]), array("I", [2]), array("I", [2, 0]))
    ended = RoundEnded(id="a-1", at=now, packets=2, order=order)
    ledger = Ledger(None, lambda _: None)
    ledger.replay([began("a-1"), ended, began("a-2")])
    asked = [n for n in range(1, 5) if ledger.was_asked("sadp inquiry", f"10.0.0.{n}")]
    assert asked == [1, 3], "the second round was killed: who got it is not certain"
    assert len(ledger.contacts) == 3


def test_xaddrs_are_noted_by_address() -> None:
    ledger = Ledger(None, lambda _: None)
    ledger.saw(evidence("wsd.xaddr", "http://10.0.0.1/onvif/device_service"))
    ledger.saw(evidence("wsd.scope", "onvif://x"))
    assert list(ledger.xaddrs["10.0.0.1"]) == ["http://10.0.0.1/onvif/device_service"]


def test_what_an_earlier_part_of_the_run_did_is_not_done_again() -> None:
    records: list[Record] = [
        Saw(evidence=evidence("http.server", "x")),
        Answered(address="10.0.0.1"),
        Answered(address="10.0.0.2"),
        Touched(contact=contact("sadp inquiry", "10.0.0.1")),
        Touched(contact=contact("tcp connect", "10.0.0.3", "tcp")),
        HeardFrom(address="192.168.1.64"),
        HostDone(address="10.0.0.2"),
        BlockSwept(first=0, last=9),
        BlockSwept(first=20, last=29),  # a gap before it: it is swept again
        CutOff(cidr="10.0.1.0/24"),
        MethodEnded(method=Method(name="sadp", status=MethodStatus.DONE)),
        MethodEnded(method=Method(name="dhip", status=MethodStatus.SKIPPED)),
    ]
    told: list[Record] = []
    ledger = Ledger(None, told.append)
    ledger.replay(records)
    assert list(ledger.answered) == ["10.0.0.1", "10.0.0.2"]
    assert ledger.heard == {"192.168.1.64"}, "it is still listed"
    assert ledger.was_asked("sadp inquiry", "10.0.0.1")
    assert not ledger.was_asked("dhip search uni 1", "10.0.0.1")
    assert ledger.was_asked("dhip search uni 1", "10.0.0.2"), "all of that host is known"
    assert not ledger.was_asked("tcp connect", "10.0.0.3")
    assert ledger.swept == 10
    assert ledger.again == {"10.0.1.0/24"}
    assert set(ledger.methods) == {"sadp"}
    # The new journal is whole by itself.
    second = Ledger(None, lambda _: None)
    second.replay(told)
    assert second.asked == ledger.asked
    assert second.swept == ledger.swept
    assert second.heard == ledger.heard


def test_who_was_heard_from_outside_the_scope_is_in_the_journal_once() -> None:
    told: list[Record] = []
    ledger = Ledger(None, told.append)
    for _ in range(2):
        ledger.hear("10.0.0.1", in_scope=True)
        ledger.hear("192.168.1.64", in_scope=False)
    assert ledger.heard == {"10.0.0.1", "192.168.1.64"}
    assert told == [HeardFrom(address="192.168.1.64")]


def test_ports_that_a_sweep_need_not_touch() -> None:
    ledger = Ledger(None, lambda _: None)
    ledger.saw_port("10.0.0.1", Port(port=80, transport="tcp", service=None, status="open"))
    ledger.host_done("10.0.0.2", complete=False)
    assert ledger.knows_port("10.0.0.1", 80)
    assert not ledger.knows_port("10.0.0.1", 554)
    assert ledger.knows_port("10.0.0.2", 554)
    assert not ledger.knows_port("10.0.0.9", 80)


def test_ports_of_files_are_kept_and_asked_all_the_same(tmp_path: Path) -> None:
    told: list[Record] = []
    opened = Port(port=80, transport="tcp", service=None, status="open")
    with Journal(tmp_path / "j") as journal:
        ledger = Ledger(journal, told.append)
        for port in (opened, replace(opened, status="closed"), opened):
            ledger.note_port("10.0.0.1", port)
    assert told == [NotedPort(address="10.0.0.1", port=opened)]
    assert not ledger.knows_port("10.0.0.1", 80)
    assert ledger.known_hosts() == set()
    second = Ledger(None, lambda _: None)
    second.replay(list(read_journal(tmp_path / "j")))
    assert second.noted == {"10.0.0.1": {(80, "tcp"): opened}}
