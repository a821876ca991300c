"""AdGuard Home's query log (querylog.json): one JSON object a line.

Keys: github.com/AdguardTeam/AdGuardHome internal/querylog (IP, T, QH, QT, Answer, Result). `Answer`
is the DNS message that the client was sent; where filtering wrote it the question was blocked.
"""

from __future__ import annotations

import binascii
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct, field

from camscan.sources.dns_message import read_message
from camscan.sources.flows.dns_kind import kind_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.source import Reading
from camscan.sources.lines import lines
from camscan.sources.source_file import SourceFile

NAME = "adguard"

_BLOCKED = range(3, 9)  # filtering.Reason: block list, safe browsing, parental, …, blocked service


class _Result(Struct):
    is_filtered: bool = field(default=False, name="IsFiltered")
    reason: int = field(default=0, name="Reason")


class _Entry(Struct):
    client: str = field(name="IP")
    at: datetime = field(name="T")
    name: str = field(name="QH")
    kind: str = field(default="", name="QT")
    answer: str = field(default="", name="Answer")
    result: _Result = field(default_factory=_Result, name="Result")


def sniff(head: bytes) -> bool:
    """True when the first line is an object with its keys."""
    first = head.lstrip().partition(b"\n")[0]
    return first.startswith(b"{") and all(key in first for key in (b'"QH":', b'"IP":', b'"T":'))


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read query logs into one ledger."""
    ledger = reading.ledger(NAME, unit="questions")
    decoder = msgspec.json.Decoder(_Entry)
    for file in files:
        ledger.open(file.name)
        with file.open() as stream:
            for number, text in lines(stream):
                if text.strip():
                    _entry(number, text, ledger, decoder)
            ledger.close(problem=stream.problem)


def _entry(
    number: int, text: str, ledger: FlowLedger, decoder: msgspec.json.Decoder[_Entry]
) -> None:
    try:
        entry = decoder.decode(text.encode("utf-8", "replace"))
        at = entry.at.timestamp()
    except (msgspec.DecodeError, ValueError, OverflowError) as error:
        ledger.bad(f"line {number}", f"is no entry of a query log: {error}")
        return
    ledger.saw(1, at, at)
    kind = kind_of(entry.kind)
    if not ledger.question(entry.client, entry.name, at, kind=kind):
        return
    blocked = entry.result.is_filtered and entry.result.reason in _BLOCKED
    addresses = () if blocked else _addresses(entry.answer)
    if blocked or addresses:
        ledger.answer(entry.client, entry.name, addresses, at, kind=kind, blocked=blocked)


def _addresses(answer: str) -> tuple[str, ...]:
    """The addresses of a DNS message in base64."""
    try:
        message = read_message(binascii.a2b_base64(answer))
    except (binascii.Error, ValueError):
        return ()
    return message.addresses if message is not None else ()
