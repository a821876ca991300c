"""What `nfdump -o csv`, `-o json` and `-o ndjson` printed, of nfdump 1.6 and 1.7.

The texts hold no time zone: it is that of the machine that printed them. Source: output of nfdump
1.7.1; its csv has been the same since 1.6, columns are found by their names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec import Struct

from camscan.sources.flows.ledger import FlowLedger, packed_mac_of
from camscan.sources.flows.nfdump import flags_of, port_of
from camscan.sources.flows.one_way import OneWay, OneWayFlows
from camscan.sources.flows.source import Reading
from camscan.sources.flows.total import packed_address
from camscan.sources.lines import lines
from camscan.sources.source_file import SourceFile

NAME = "nfdump text"
_CSV = re.compile(rb"\A(?:\xef\xbb\xbf)?ts,te,td,sa,da,sp,dp,pr,")
_JSON = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\[?\s*\{\s*"type"\s*:\s*"(?:FLOW|EVENT)"')
_JSON_OF_NFDUMP = re.compile(rb'"(?:src4_addr|src6_addr|in_packets)"\s*:')
_NEEDED = ("ts", "te", "sa", "da", "sp", "dp", "pr", "flg", "ipkt", "ibyt")
_LONGEST = 1 << 16
_UNZONED = "times hold no zone: they are taken for UTC"
_NO_MAC = "00:00:00:00:00:00"


class NfdumpObject(Struct, gc=False, frozen=True):
    """One record of the JSON output; only what is used of it."""

    first: str
    last: str
    proto: int
    in_packets: int = 0
    in_bytes: int = 0
    out_packets: int = 0
    out_bytes: int = 0
    src_port: int = 0
    dst_port: int = 0
    icmp_type: int | None = None
    icmp_code: int = 0
    tcp_flags: str = ""
    src4_addr: str | None = None
    src6_addr: str | None = None
    dst4_addr: str | None = None
    dst6_addr: str | None = None
    in_src_mac: str | None = None


_decoder = msgspec.json.Decoder(NfdumpObject)


def sniff(head: bytes) -> bool:
    """By the column names of its csv, or the keys of its first object."""
    if _CSV.match(head):
        return True
    return _JSON.match(head) is not None and _JSON_OF_NFDUMP.search(head[:4096]) is not None


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read all files. Raises SourceError when one cannot be opened."""
    ledger = reading.ledger(NAME, unit="flow records")
    flows = OneWayFlows(ledger)
    for file in files:
        ledger.open(file.name)
        is_csv = _CSV.match(file.head()) is not None
        with file.open() as stream:
            numbered = lines(stream)
            for number, record in (_csv if is_csv else _json)(numbered):
                if isinstance(record, str):
                    ledger.saw(1, None, None)
                    ledger.bad(f"line {number}", record)
                else:
                    ledger.saw(1, record.first, record.last)
                    if _is_wanted(record, ledger):
                        flows.add(record)
        ledger.skip("time zone", _UNZONED)
        ledger.close(problem=stream.problem)
    flows.finish()


def _is_wanted(record: OneWay, ledger: FlowLedger) -> bool:
    source, destination = packed_address(record.source), packed_address(record.destination)
    if source is None or destination is None:
        return False
    return ledger.keep.wants(source, destination, packed_mac_of(record.mac))


def _csv(numbered: Iterator[tuple[int, str]]) -> Iterator[tuple[int, OneWay | str]]:
    """Records up to the summary; a file may hold several outputs one after the other."""
    parse: Callable[[str], OneWay | str] | None = None
    for number, line in numbered:
        if line.startswith("ts,te,"):
            parse = csv_parser(line)
        elif not line or line.startswith(("Summary", "No matching")):
            parse = None if line else parse
        elif parse is not None:
            yield number, parse(line)


def csv_parser(header: str) -> Callable[[str], OneWay | str]:
    """A function for the lines below `header`: the record, or in words why it is none."""
    columns = header.strip().split(",")
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        reason = f"the header lacks the columns {', '.join(missing)}"
        return lambda line: reason
    at = [columns.index(name) for name in _NEEDED]
    back = [columns.index(name) if name in columns else -1 for name in ("opkt", "obyt", "ismc")]

    def parse(line: str) -> OneWay | str:
        parts = [part.strip() for part in line.split(",")]
        if len(parts) != len(columns):
            return f"{len(parts)} columns instead of {len(columns)}"
        ts, te, sa, da, sp, dp, pr, flg, ipkt, ibyt = (parts[place] for place in at)
        opkt, obyt, mac = (parts[place] if place >= 0 else "" for place in back)
        first, last = seconds_of(ts), seconds_of(te)
        if first is None or last is None:
            return "its time is none"
        try:
            return _record(
                first,
                last,
                pr.lower(),
                (sa, int(sp)),
                (da, port_of(dp)),
                flags_of(flg),
                (int(ipkt), int(ibyt), int(opkt or 0), int(obyt or 0)),
                mac,
            )
        except ValueError:
            return "holds what is no number"

    return parse


def _json(numbered: Iterator[tuple[int, str]]) -> Iterator[tuple[int, OneWay | str]]:
    """Objects one after the other, each over several lines or on one."""
    held: list[str] = []
    size = began = 0
    for number, line in numbered:
        text = line.strip()
        if text.startswith("[{"):
            text = text[1:]
        if not held and not text.startswith("{"):
            continue  # brackets and commas between the objects
        if not held:
            began, size = number, 0
        if text.startswith("{") and held:
            yield began, "an object without an end"
            held, began, size = [], number, 0
        held.append(text)
        size += len(text)
        if text.rstrip(",]").endswith("}"):
            yield began, parse_object("".join(held).rstrip(",]").encode())
            held = []
        elif size > _LONGEST:
            yield began, "an object without an end"
            held = []
    if held:
        yield began, "an object without an end"


def parse_object(text: bytes) -> OneWay | str:
    """One object of the JSON output, or in words why it is no flow."""
    try:
        found = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return f"not a record: {error}"
    first, last = seconds_of(found.first), seconds_of(found.last)
    source = found.src4_addr or found.src6_addr
    destination = found.dst4_addr or found.dst6_addr
    if first is None or last is None:
        return "its time is none"
    if source is None or destination is None:
        return "has no addresses"
    port = found.dst_port
    if found.icmp_type is not None:
        port = found.icmp_type * 256 + found.icmp_code
    try:
        return _record(
            first,
            last,
            str(found.proto),
            (source, found.src_port),
            (destination, port),
            flags_of(found.tcp_flags),
            (found.in_packets, found.in_bytes, found.out_packets, found.out_bytes),
            found.in_src_mac or "",
        )
    except ValueError:
        return "a number is out of range"


def _record(
    first: float,
    last: float,
    protocol: str,
    source: tuple[str, int],
    destination: tuple[str, int],
    flags: int | None,
    counts: tuple[int, int, int, int],
    mac: str,
) -> OneWay:
    if not all(0 <= port <= 65_535 for port in (source[1], destination[1])):
        raise ValueError("port")
    if min(counts) < 0:
        raise ValueError("counter")
    return OneWay(
        first,
        max(first, last),
        protocol,
        *source,
        *destination,
        flags,
        *counts,
        mac if mac and mac != _NO_MAC else None,
    )


@lru_cache(maxsize=4096)
def seconds_of(text: str) -> float | None:
    """Seconds since the epoch of `2026-09-21 14:13:20.000` (or with `T`), taken for UTC."""
    try:
        return max(0.0, datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        return None
