"""Everything a scan has learned so far, written to the journal as it comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from camscan.engine.request import OnRecord
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
    SawPort,
    Skipped,
    Touched,
)
from camscan.model.contact import Contact
from camscan.model.contact_round import UNCERTAIN, RoundBegan, RoundEnded, expand
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.device import Port, joined_port
from camscan.model.evidence import Evidence


class Ledger:
    """Facts by kind, each once and in order. `swept` is how many addresses of the scope's order
    the sweep has finished; `again` the subnets that an earlier part of the run left as cut off;
    `noted` ports as files of evidence tell them, which are asked all the same; `heard` whoever
    sent anything in this part of the run, and in an earlier one from outside the scope."""

    def __init__(self, journal: Journal | None, on_record: OnRecord) -> None:
        self.journal = journal
        self._on_record = on_record
        self.evidence: dict[str, Evidence] = {}
        self.ports: dict[str, dict[tuple[int, str], Port]] = defaultdict(dict)
        self.noted: dict[str, dict[tuple[int, str], Port]] = defaultdict(dict)
        self.answered: dict[str, None] = {}
        self.heard: set[str] = set()
        self.skips: dict[Skip, None] = {}
        self.methods: dict[str, Method] = {}
        self.contacts: list[Contact | RoundBegan | RoundEnded] = []
        self.xaddrs: dict[str, dict[str, None]] = defaultdict(dict)
        self.done_hosts: set[str] = set()
        self.asked: set[tuple[str, str]] = set()
        self.cut_off: set[str] = set()
        self.again: set[str] = set()
        self.swept = 0

    def replay(self, records: Sequence[Record]) -> None:
        """What an earlier, interrupted run of this scope already learned, copied to the journal.

        An inquiry that ended is not repeated; an address that got a datagram gets it no more.
        """
        rounds: dict[str, RoundBegan] = {}
        for record in records:
            match record:
                case Saw(evidence=evidence):
                    self.saw(evidence)
                case SawPort(address=address, port=port):
                    self.saw_port(address, port)
                case NotedPort(address=address, port=port):
                    self.note_port(address, port)
                case Answered(address=address):
                    self.note_answer(address)
                case HeardFrom(address=address):
                    self.hear(address, in_scope=False)
                case Touched(contact=contact):
                    self.contact(contact)
                    if contact.transport == "udp":
                        self.asked.add((contact.query, contact.address))
                case RoundBegan() | RoundEnded():
                    self.round(record)
                    if isinstance(record, RoundBegan) and record.transport == "udp":
                        rounds[record.id] = record
                    elif isinstance(record, RoundEnded) and record.id in rounds:
                        self._asked_in(rounds.pop(record.id), record)
                case HostDone(address=address):
                    self.host_done(address, complete=True)
                case BlockSwept(first=first, last=last) if first == self.swept:
                    self.block_swept(first, last)
                case CutOff(cidr=cidr):
                    self.again.add(cidr)
                case MethodEnded(method=method) if method.status is MethodStatus.DONE:
                    self.method(method)
                case _:
                    continue

    def _asked_in(self, began: RoundBegan, ended: RoundEnded) -> None:
        """Who got a datagram for certain; whom a kill left in doubt is asked (again)."""
        for contact in expand((began, ended)):
            if not contact.query.endswith(UNCERTAIN):
                self.asked.add((contact.query, contact.address))

    def saw(self, item: Evidence) -> None:
        """One piece of evidence."""
        if item.field == "wsd.xaddr":
            self.xaddrs[item.target][item.value] = None
        key = item.id
        if key not in self.evidence:
            self.evidence[key] = item
            self.write(Saw(evidence=item))

    def saw_port(self, address: str, port: Port) -> None:
        """The state of one port; the last word counts."""
        self.ports[address][port.port, port.transport] = port
        self.write(SawPort(address=address, port=port))

    def note_port(self, address: str, port: Port) -> None:
        """The state of one port as a file of evidence tells it."""
        ports, key = self.noted[address], (port.port, port.transport)
        held = ports.get(key)
        told = port if held is None else joined_port(held, port)
        if told != held:
            ports[key] = told
            self.write(NotedPort(address=address, port=told))

    def note_answer(self, address: str) -> None:
        """Something came back from `address`."""
        if address not in self.answered:
            self.answered[address] = None
            self.write(Answered(address=address))

    def hear(self, address: str, *, in_scope: bool) -> None:
        """`address` sent something; of one in scope `note_answer` tells the journal."""
        if address not in self.heard:
            self.heard.add(address)
            if not in_scope:
                self.write(HeardFrom(address=address))

    def skip(self, skip: Skip) -> None:
        """Something that was not checked."""
        if skip not in self.skips:
            self.skips[skip] = None
            self.write(Skipped(skip=skip))

    def method(self, method: Method) -> None:
        """A method ended."""
        self.methods[method.name] = method
        self.write(MethodEnded(method=method))

    def contact(self, contact: Contact) -> None:
        """An address was touched."""
        if self.journal is None:
            self.contacts.append(contact)
        self.write(Touched(contact=contact))

    def round(self, record: RoundBegan | RoundEnded) -> None:
        """A round of a sweep touches, or has touched, many addresses."""
        if self.journal is None:
            self.contacts.append(record)
        self.write(record)

    def host_done(self, address: str, *, complete: bool) -> None:
        """A host gets no more probes; `complete`: it got all of them."""
        self.done_hosts.add(address)
        if complete:
            self.write(HostDone(address=address))

    def block_swept(self, first: int, last: int) -> None:
        """The sweep has finished these addresses."""
        self.swept = last + 1
        self.write(BlockSwept(first=first, last=last))

    def stopped(self, cidr: str) -> None:
        """A subnet was left as cut off."""
        self.cut_off.add(cidr)
        self.write(CutOff(cidr=cidr))

    def knows_port(self, address: str, port: int) -> bool:
        """True when a sweep has nothing to learn there."""
        return address in self.done_hosts or (port, "tcp") in self.ports.get(address, {})

    def known_hosts(self) -> set[str]:
        """The addresses of which `knows_port` may be true."""
        return self.done_hosts | self.ports.keys()

    def was_asked(self, query: str, address: str) -> bool:
        """True when an earlier part of the run sent that there, or had done with the host."""
        return address in self.done_hosts or (query, address) in self.asked

    def write(self, record: Record) -> None:
        """Tell whoever follows the scan, and the journal."""
        self._on_record(record)
        if self.journal is not None:
            self.journal.append(record)
