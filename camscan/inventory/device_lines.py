"""Devices of recorded answers straight to JSON Lines: what was judged before is not built again.

The first target of a case becomes a Device and is written as any other. Of the next one only what
differs is made: the ids of its evidence, and what is its own. A value that was met before has its
part of the line, and what it says, ready.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct

from camscan.inventory.line_template import LineTemplate, encode
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
_NOTHING: tuple[tuple[str, str], ...] = ()
_encoder = msgspec.json.Encoder()
_PREFIX = len("00:11:22")

Target = tuple[str, list[Record]]
Line = tuple[bytes, tuple[Skip, ...]]
"""A device as a line of JSON, and what was not concluded of it."""


class _Known(Struct, frozen=True, gc=False):
    """A record without its target: what its id is made of, its JSON behind the id, what it says.

    `kind` None: nothing. An equal `kind` is equal in everything but `own`, as of a Trace.
    """

    tail: bytes
    json: bytes
    kind: object = None
    own: tuple[tuple[str, str], ...] = ()


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

    def lines(self, batch: Sequence[Target]) -> list[Line]:
        """The devices behind some targets of recorded answers; some hundred at a time are best."""
        self._learn(batch)
        found = [self._line(target, records) for target, records in batch]
        self._forget()
        return found

    def _line(self, target: str, records: list[Record]) -> Line:
        start = (target + "\x1f").encode("utf-8", "surrogatepass")
        names: list[bytes] = []
        parts: list[bytes] = []
        said: list[bytes] = []
        signature: list[object] = []
        own: list[tuple[str, str]] = []
        ready, passing = self._known, self._passing
        for record in records:
            known = ready.get(record) or passing[record]
            name = hexlify(sha256(start + known.tail).digest()[:6])
            names.append(name)
            parts.append(name + known.json)
            kind = known.kind
            if kind is not None:
                said.append(b'"e%b"' % name)
                signature.append(kind)
                if known.own:
                    own += known.own
        case: tuple[object, ...] | None
        if own:
            case, values = case_of(signature, own)
        else:
            case, values = tuple(signature), {}
        if case is None or len(said) > MOST_PLACES or len(set(names)) < len(names):
            # Seen twice, or like no other.
            return self._plain(target, records)
        template = self._templates.get(case)
        if template is None:
            return self._first(target, records, case, said, values)
        skips = template.skips
        if skips:
            skips = tuple([msgspec.structs.replace(skip, subject=target) for skip in skips])
        text = encode(target)
        evidence = b"[]"
        if parts:
            evidence = b'[{"id":"e%b%b}]' % ((text + b'},{"id":"e').join(parts), text)
        addresses = b"[%b]" % text if addresses_of(target) else b"[]"
        ports = encode(self._ports[target]) if target in self._ports else b"[]"
        return template.fill((text, addresses, ports, evidence), values, said), skips

    def _plain(self, target: str, records: list[Record]) -> Line:
        device, skips = self._device(target, records)
        return encode(device), skips

    def _device(self, target: str, records: list[Record]) -> tuple[Device, tuple[Skip, ...]]:
        ports = self._ports.get(target, ())
        return single_device(target, evidence_of(target, records), self._recall, ports)

    def _first(
        self,
        target: str,
        records: list[Record],
        case: tuple[object, ...],
        said: list[bytes],
        own: dict[str, str],
    ) -> Line:
        """The line of a target of a new case, which is kept."""
        device, skips = self._device(target, records)
        if len(self._templates) >= MOST_CASES:
            self._templates.clear()
        ids = [name.decode("ascii").strip('"') for name in said]
        self._templates[case] = LineTemplate(device, skips, ids, own)
        return encode(device), skips

    def _learn(self, batch: Sequence[Target]) -> None:
        """Look at what was not met of late, field by field: alike work is quicker together."""
        ready, older = self._known, self._older
        new: dict[str, dict[Record, None]] = {}
        for _, records in batch:
            for record in records:
                if record not in ready:
                    field = record[0]
                    if field not in new:
                        new[field] = {}
                    new[field][record] = None
        for field, unseen in new.items():
            if older and (again := [record for record in unseen if record in older]):
                for record in again:
                    ready[record] = older[record]
                    del unseen[record]
            self._look(field, list(unseen))

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
            known = _Known(tail, head + text + foot, kind, own)
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
