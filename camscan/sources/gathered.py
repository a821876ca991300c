"""What a scanner's file gave so far: targets, evidence, ports and bad records, each told once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from camscan.model.coverage import Skip
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.sources.answer import Answers
from camscan.sources.json_records import records
from camscan.sources.jsonl import Recorded


class Gathered:
    """Collects what the records of the file `name` say, in their order; repeats are dropped."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._targets: dict[str, None] = {}
        self._evidence: dict[str, Evidence] = {}
        self._ports: dict[tuple[str, Port], None] = {}
        self._skips: list[Skip] = []

    def recorded(self) -> Recorded:
        """Everything."""
        return Recorded(
            targets=tuple(self._targets),
            evidence=tuple(self._evidence.values()),
            skips=tuple(self._skips),
            ports=tuple(self._ports),
        )

    def json_records(self, data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
        """The file's JSON objects with their numbers; what is none becomes a Skip."""
        for number, record in enumerate(records(data, self._name), start=1):
            if isinstance(record, Skip):
                self._skips.append(record)
            else:
                yield number, record

    def target(self, address: str) -> None:
        """A host that is there, whether or not it said anything."""
        self._targets[address] = None

    def answers(self, answers: Answers) -> None:
        """What one port of a host said."""
        for found in answers.evidence:
            self._evidence.setdefault(found.id, found)

    def port(self, address: str, port: Port | None) -> None:
        """The state of a port; None tells nothing."""
        if port is not None:
            self._ports[address, port] = None

    def skip(self, place: str, reason: str) -> None:
        """Something that was not read, and where in the file it stands."""
        subject = f"{self._name}, {place}"
        self._skips.append(Skip(subject=subject, what="record", reason=reason))
