"""Devices of recorded answers straight to JSON Lines: what was judged before is not built again.

The first target of a case becomes a Device and is written as any other. Of the next one only what
differs is made: the ids of its evidence, and what is its own. A value that was met before has its
part of the line, and what it says, ready.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import chain, repeat
from operator import add
from typing import cast

import msgspec
from msgspec import Struct

from camscan.inventory.line_template import Filling, LineTemplate, encode
from camscan.inventory.merge import (
    CHANNEL_FIELDS,
    addresses_of,
    channels_of,
    single_device,
)
from camscan.matching.compile import CACHE_VALUE
from camscan.matching.gather import MAC_FIELDS
from camscan.matching.recall import MOST_CASES, MOST_PLACES, Recall
from camscan.matching.trace import case_of
from camscan.model.coverage import Skip
from camscan.model.device import Device, Port
from camscan.model.evidence import Record, Sighting, evidence_of

MOST_KNOWN = 16384
_MOST_SHAPES = 1024
_NO_PORTS: Mapping[str, tuple[Port, ...]] = {}
_Own = tuple[tuple[str, str], ...]
_NOTHING: _Own = ()
_encoder = msgspec.json.Encoder()
_PREFIX = len("00:11:22")
_ID_BYTES = 6  # as Evidence.id has them

Target = tuple[str, list[Record]]
Line = tuple[bytes, tuple[Skip, ...]]
"""A device as a line of JSON, and what was not concluded of it."""


_Known = tuple[bytes, bytes, object, _Own]
"""A record without its target: what its id is made of, its JSON behind the id, what it says.

The third is its kind; None: it says nothing. An equal kind is equal in everything but the last,
what is its own, as of a Trace.
"""


class _Plan(Struct, frozen=True, gc=False):
    """How targets whose records are of the same kinds are written.

    `own` are the places of the values that are their own, in the order of the filling.
    """

    filling: Filling
    own: tuple[tuple[int, int], ...]
    skips: tuple[Skip, ...]


class _Shape(Struct, frozen=True, gc=False):
    """What stands around a value: in the text that its id is made of, and in its JSON."""

    before: bytes
    behind: bytes
    head: bytes
    foot: bytes


class DeviceLines:
    """Lines that are, byte for byte, those of `single_device`."""

    def __init__(self, recall: Recall, ports: Mapping[str, tuple[Port, ...]] = _NO_PORTS) -> None:
        """`ports` are the open ports of targets."""
        self._recall = recall
        self._ports = ports
        self._traces = recall.tracer.traces
        self._known: dict[Record, _Known] = {}
        self._older: dict[Record, _Known] = {}
        self._passing: dict[Record, _Known] = {}
        self._shapes: dict[tuple[str, Sighting], _Shape] = {}
        self._templates: dict[tuple[object, ...], LineTemplate] = {}
        self._plans: dict[tuple[object, ...], _Plan] = {}

    def lines(self, batch: Sequence[Target]) -> list[Line]:
        """The devices behind some targets of recorded answers; some hundred at a time are best."""
        records = [record for _, held in batch for record in held]
        if not records:
            return [self._plain(target, held) for target, held in batch]
        # As columns: what is done to all of them takes no step of its own for each.
        tails, shown, kinds, owns = zip(*self._learned(records), strict=True)
        counts = [len(held) for _, held in batch]
        starts = [(target + "\x1f").encode("utf-8", "surrogatepass") for target, _ in batch]
        hashed = map(add, chain.from_iterable(map(repeat, starts, counts)), tails)
        digests = b"".join([sha256(text).digest()[:_ID_BYTES] for text in hashed])
        names = hexlify(digests, b" ", _ID_BYTES).split()
        told = list(map(add, names, shown))
        # Whoever says the same thing twice is judged on its own.
        doubtful = len(set(names)) < len(names)
        plans = self._plans
        found: list[Line] = []
        end = 0
        for (target, held), count in zip(batch, counts, strict=True):
            begin, end = end, end + count
            mine = names[begin:end]
            plan = plans.get(kinds[begin:end])
            if plan is None:
                plan = self._plan(target, held, kinds[begin:end], owns[begin:end], mine)
            if plan is None or (doubtful and len(set(mine)) < count):
                found.append(self._plain(target, held))
                continue
            text = encode(target)
            evidence = (text + b'},{"id":"e').join(told[begin:end])
            values = [
                text,
                b"[%b]" % text if addresses_of(target) else b"[]",
                encode(self._ports[target]) if target in self._ports else b"[]",
                b'[{"id":"e%b%b}]' % (evidence, text) if count else b"[]",
            ]
            for place, number in plan.own:
                values.append(encode(owns[begin + place][number][1]))
            values += mine
            skips = plan.skips
            if skips:
                skips = tuple([msgspec.structs.replace(skip, subject=target) for skip in skips])
            found.append((plan.filling.line(values), skips))
        self._forget()
        return found

    def _plan(
        self,
        target: str,
        records: list[Record],
        kinds: tuple[object, ...],
        owns: tuple[_Own, ...],
        names: list[bytes],
    ) -> _Plan | None:
        """How a target is written, as others may be; None: it is like no other."""
        places = [place for place, kind in enumerate(kinds) if kind is not None]
        own = [pair for each in owns for pair in each]
        case, values = case_of([kinds[place] for place in places], own)
        if case is None or len(places) > MOST_PLACES or len(set(names)) < len(names):
            return None
        template = self._templates.get(case)
        if template is None:
            device, skips = self._device(target, records)
            if len(self._templates) >= MOST_CASES:
                self._templates.clear()
            ids = ["e" + names[place].decode("ascii") for place in places]
            template = self._templates[case] = LineTemplate(device, skips, ids, values)
        at = {
            attribute: (place, number)
            for place, each in enumerate(owns)
            for number, (attribute, _) in enumerate(each)
        }
        plan = _Plan(
            template.filling(places),
            tuple([at[attribute] for attribute in template.own]),
            template.skips,
        )
        # Of what is said of several values it depends on them whether they are the same.
        if len(values) == len(own) and len(kinds) <= MOST_PLACES:
            if len(self._plans) >= MOST_CASES:
                self._plans.clear()
            self._plans[kinds] = plan
        return plan

    def _plain(self, target: str, records: list[Record]) -> Line:
        device, skips = self._device(target, records)
        return encode(device), skips

    def _device(self, target: str, records: list[Record]) -> tuple[Device, tuple[Skip, ...]]:
        ports = self._ports.get(target, ())
        return single_device(target, evidence_of(target, records), self._recall, ports)

    def _learned(self, records: list[Record]) -> list[_Known]:
        """What is known of each; what was not met of late is looked at field by field, for alike
        work is quicker together."""
        ready = self._known
        known = list(map(ready.get, records))
        missing = [place for place, each in enumerate(known) if each is None]
        if missing:
            self._learn(dict.fromkeys([records[place] for place in missing]))
            passing = self._passing
            for place in missing:
                record = records[place]
                known[place] = ready.get(record) or passing[record]
        return cast(list[_Known], known)

    def _learn(self, records: Iterable[Record]) -> None:
        ready, older = self._known, self._older
        new: dict[str, list[Record]] = {}
        for record in records:
            if older and (known := older.get(record)) is not None:
                ready[record] = known
            else:
                new.setdefault(record[0], []).append(record)
        for field, unseen in new.items():
            self._look(field, unseen)

    def _forget(self) -> None:
        """Keep what the last batches met, within MOST_KNOWN twice."""
        self._passing.clear()
        if len(self._known) >= MOST_KNOWN:
            self._older = self._known
            self._known = {}

    def _look(self, field: str, records: list[Record]) -> None:
        """What records of one field are to lines."""
        values = [value for _, value, _ in records]
        traces = self._traces(field, values)
        # JSON holds no line break.
        texts = _encoder.encode_lines(values).split(b"\n")
        # A MAC address comes once, and would push out what comes again.
        lasting = _PREFIX if field in MAC_FIELDS else CACHE_VALUE
        counts = field in CHANNEL_FIELDS
        ready, passing = self._known, self._passing
        seen: Sighting | None = None
        for record, value, trace, text in zip(records, values, traces, texts, strict=False):
            if record[2] is not seen:
                seen = record[2]
                shape = self._shapes.get((field, seen)) or self._shape(field, seen)
                before, behind, head, foot = shape.before, shape.behind, shape.head, shape.foot
                port = seen.port
            kind: object = None
            own = _NOTHING
            if trace is not None:
                kind = trace.kind if port is None else (trace.kind, port)
                own = trace.own
            if counts and (channels := channels_of(field, value)) is not None:
                # They stand in the line as they are.
                kind = kind, field, channels.value
            tail = before + value.encode("utf-8", "surrogatepass") + behind
            known = (tail, head + text + foot, kind, own)
            if len(value) <= lasting:
                ready[record] = known
            else:
                passing[record] = known

    def _shape(self, field: str, seen: Sighting) -> _Shape:
        behind = f"\x1f{seen.method}\x1f{seen.port}\x1f{seen.transport}"
        foot = encode({"method": seen.method, "port": seen.port, "at": seen.at})
        shape = _Shape(
            f"{field}\x1f".encode("utf-8", "surrogatepass"),
            behind.encode("utf-8", "surrogatepass"),
            b'","field":%b,"value":' % encode(field),
            b',%b,"address":' % foot[1:-1],
        )
        if len(self._shapes) >= _MOST_SHAPES:
            self._shapes.clear()
        self._shapes[field, seen] = shape
        return shape
