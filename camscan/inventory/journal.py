"""A run as an append-only JSON Lines journal, readable after any crash."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from camscan.errors import StoreError
from camscan.inventory.stored_devices import decoded_devices
from camscan.inventory.streamed import StoredConversations, batched, batches_of
from camscan.model.contact import Contact
from camscan.model.contact_round import RoundBegan, RoundEnded
from camscan.model.conversation import Conversation
from camscan.model.coverage import Method, Skip
from camscan.model.device import Device, Port
from camscan.model.evidence import Evidence
from camscan.model.run import Authority, Run, RunStatus, ScopeRecord


class Started(Struct, frozen=True, kw_only=True, tag="started"):
    """First record: what the run set out to do; enough to resume it."""

    id: str
    at: datetime
    tool: str
    command: str
    scope: ScopeRecord
    sites: tuple[tuple[str, str], ...] = ()
    site: str | None = None
    authority: Authority | None = None
    rate: float | None = None
    passive: float | None = None
    resumes: str | None = None


class Saw(Struct, frozen=True, kw_only=True, tag="evidence"):
    """One piece of evidence."""

    evidence: Evidence


class SawPort(Struct, frozen=True, kw_only=True, tag="port"):
    """The state of one port."""

    address: str
    port: Port


class NotedPort(Struct, frozen=True, kw_only=True, tag="noted-port"):
    """The state of one port as a file of evidence tells it: this run did not ask it."""

    address: str
    port: Port


class Answered(Struct, frozen=True, kw_only=True, tag="answered"):
    """An address from which anything at all came back."""

    address: str


class HeardFrom(Struct, frozen=True, kw_only=True, tag="heard"):
    """An address outside the scope that sent anything: it is listed, never contacted."""

    address: str


class Touched(Struct, frozen=True, kw_only=True, tag="contact"):
    """One time that camscan touched an address."""

    contact: Contact


class Skipped(Struct, frozen=True, kw_only=True, tag="skip"):
    """Something that was not checked."""

    skip: Skip


class MethodEnded(Struct, frozen=True, kw_only=True, tag="method"):
    """A discovery method ended."""

    method: Method


class BlockSwept(Struct, frozen=True, kw_only=True, tag="block"):
    """The sweep finished all ports of the addresses `first` to `last` of its order."""

    first: int
    last: int


class CutOff(Struct, frozen=True, kw_only=True, tag="cut-off"):
    """A subnet that was stopped because its hosts fell silent together; resuming asks it again."""

    cidr: str


class HostDone(Struct, frozen=True, kw_only=True, tag="host"):
    """All probes of one host ended."""

    address: str


class Talked(Struct, frozen=True, kw_only=True, tag="conversations"):
    """Some conversations of the run that the last record holds without them, in their order."""

    conversations: Sequence[Conversation]


class Listed(Struct, frozen=True, kw_only=True, tag="devices"):
    """Some devices of the run that the last record holds without them, in their order."""

    devices: Sequence[Device]


class Ended(Struct, frozen=True, kw_only=True, tag="ended"):
    """Last record: the run as it was reported, but for what `Listed` and `Talked` hold."""

    at: datetime
    status: RunStatus
    run: Run


Record = (
    Started
    | Saw
    | SawPort
    | NotedPort
    | Answered
    | HeardFrom
    | Touched
    | RoundBegan
    | RoundEnded
    | Skipped
    | MethodEnded
    | BlockSwept
    | CutOff
    | HostDone
    | Listed
    | Talked
    | Ended
)

_DEVICES = 16  # some ten records of evidence each and more

_decoder = msgspec.json.Decoder(Record)
_encoder = msgspec.json.Encoder()


class Journal:
    """Appends records to one file; each is one line, written at once.

    A disk that fills up ends the journal, not the run: `fault` then says why.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault: str | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise StoreError(f"cannot write the journal {path}: {error.strerror}") from error

    def append(self, record: Record) -> None:
        """Write one record; after a fault nothing more is written."""
        if self.fault is not None:
            return
        try:
            self._file.write(_encoder.encode(record) + b"\n")
        except OSError as error:
            self.fault = f"the journal {self.path} ended: {error.strerror}"

    def end(self, run: Run) -> None:
        """Write the last records."""
        for record in ending(run):
            self.append(record)

    def close(self) -> None:
        """Flush to the disk and close."""
        if self.fault is None and not self._file.closed:
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                self.fault = f"the journal {self.path} was not flushed: {error.strerror}"
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def ending(run: Run) -> Iterator[Record]:
    """The last records: its devices and conversations some at a time, then the run."""
    for devices in batched(run.devices, _DEVICES):
        yield Listed(devices=devices)
    for talks in batches_of(run.conversations):
        yield Talked(conversations=talks)
    bare = replace(run, devices=(), conversations=())
    yield Ended(at=run.run.ended, status=run.run.status, run=bare)


def read_journal(path: Path) -> Iterator[Record]:
    """The records of a journal; a line torn by a crash is left out. Raises StoreError."""
    try:
        with path.open("rb") as handle:
            for line in handle:
                try:
                    yield _decoder.decode(line)
                except msgspec.DecodeError:
                    continue
    except OSError as error:
        raise StoreError(f"cannot read the journal {path}: {error.strerror}") from error


_TALKED, _CLOSE = b'{"type":"conversations","conversations":[', b"]}\n"
_LISTED = b'{"type":"devices","devices":['
_ENDED = b'{"type":"ended",'


def read_ended(path: Path) -> Run | None:
    """The run as its journal ended, or None when it was cut off before that; conversations stay
    in the journal. One that an earlier camscan wrote has all in its last record. Raises
    StoreError."""
    found = None
    for line in _lines(path, _ENDED):
        try:
            found = _decoder.decode(line)
        except msgspec.DecodeError:
            continue
    if not isinstance(found, Ended):
        return None
    kept: Sequence[Conversation] = StoredConversations(lambda: _batches(path, _TALKED), str(path))
    devices = tuple(decoded_devices(_batches(path, _LISTED), str(path)))
    return replace(
        found.run,
        devices=devices or found.run.devices,
        conversations=kept or tuple(found.run.conversations),
    )


def _batches(path: Path, beginning: bytes) -> Iterator[bytes]:
    return (line[len(beginning) : -len(_CLOSE)] for line in _lines(path, beginning))


def _lines(path: Path, beginning: bytes) -> Iterator[bytes]:
    """Lines that begin so: a journal is written by camscan alone, the kind of a record first."""
    try:
        with path.open("rb") as handle:
            yield from (line for line in handle if line.startswith(beginning))
    except OSError as error:
        raise StoreError(f"cannot read the journal {path}: {error.strerror}") from error
