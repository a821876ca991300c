"""The records of Zeek's logs, of tables and of JSON Lines, each given to what reads its kind."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Sequence

from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.total import packed_address
from camscan.sources.flows.zeek_conn import COLUMNS, ConnLine, ZeekConnections
from camscan.sources.flows.zeek_header import ZeekHeader
from camscan.sources.flows.zeek_json import (
    ZeekRecord,
    interval_of,
    kind_of,
    parse_record,
    seconds_of,
)
from camscan.sources.flows.zeek_json_block import ZeekJsonBlocks
from camscan.sources.flows.zeek_names import (
    DNS_COLUMNS,
    STATED_COLUMNS,
    STATING,
    take_dns,
    take_name,
)
from camscan.sources.flows.zeek_table import LATEST, ZeekTable, number_of, time_of

_BLANK = b" \t\r"


def kind_of_table(fields: Collection[str], path: str) -> str:
    """Which log has these columns, as `kind_of` of a JSON record."""
    if "id.orig_h" not in fields or "id.resp_h" not in fields or "ts" not in fields:
        return ""
    if "conn_state" in fields and "proto" in fields:
        return "open" if path in ("open_conn", "conn_long") else "conn"
    if "query" in fields:
        return "dns"
    if "server_name" in fields:
        return "quic" if "client_initial_dcid" in fields else "ssl"
    return "http" if "host" in fields and "method" in fields else ""


class ZeekLogs:
    """Takes the blocks of one file after the other and writes what they tell into the ledger."""

    def __init__(
        self, ledger: FlowLedger, names: StatedNames, connections: ZeekConnections
    ) -> None:
        self._ledger = ledger
        self._names = names
        self._connections = connections
        self._table = ZeekTable(ledger)
        self._blocks = ZeekJsonBlocks(ledger)
        self._held: list[ConnLine] = []
        self._holds = False
        self._begin()

    def _begin(self) -> None:
        self.header = ZeekHeader()
        self.kinds: set[str] = set()
        """Of the tables' rows; `header` is what they mean now."""
        self._json: bool | None = None
        self._others: set[str] = set()

    def begin_with(self, header: ZeekHeader) -> None:
        """Begin within a file of tables, where this header is in force."""
        self._begin()
        self.header = copy.copy(header)
        self._json = False

    def end_file(self) -> None:
        """Say which logs of the file name no peer, and be ready for the next."""
        for path in sorted(self._others):
            self._ledger.skip("log", f"{path or 'this log'} tells of no connections and no names")
        self._begin()

    def take(self, block: bytes, number: int) -> None:
        """Whole lines from line `number` on."""
        if self._json is None:
            self._json = block.lstrip().startswith(b"{")
        if self._json:
            self._holds = True
            for place, line in self._blocks.lines(block):
                self._take_json(line.strip(_BLANK), number + place)
            self._holds = False
            self._take_held()
            return
        for start, piece, is_header in _pieces(block, number):
            if is_header:
                self.header.learn(piece)
            else:
                self._take_rows(piece, start)

    def _take_rows(self, block: bytes, number: int) -> None:
        header = self.header
        kind = kind_of_table(header.fields, header.path)
        self.kinds.add(kind)
        if header.fields and not kind:
            self._others.add(header.path)
            return
        wanted: tuple[str, ...] = COLUMNS
        if kind == "dns":
            wanted = DNS_COLUMNS
        elif kind in STATING:
            wanted = (*STATED_COLUMNS, STATING[kind][0])
        for numbers, rows in self._table.rows(block, number, header):
            if not rows:
                continue
            columns = header.columns(rows, wanted)
            left: Sequence[int] = range(len(rows))
            if kind == "conn":
                left = self._connections.take_columns(columns, header.unset)
            for place in left:
                try:
                    self._take_row(kind, [texts[place] for texts in columns])
                except (ValueError, OverflowError) as error:
                    self._ledger.bad_line(numbers[place], str(error))

    def _take_row(self, kind: str, values: Sequence[str]) -> None:
        """One line by its columns; ValueError says what is wrong with it."""
        unset = self.header.unset
        if kind == "open":
            self._connections.take_open(_conn_line(values, unset))
        elif kind == "conn":
            self._connections.take(_conn_line(values, unset))
        elif kind == "dns":
            ts, client, port, query, qtype, answers, rtt = values
            take_dns(
                self._ledger,
                _time(ts),
                client,
                number_of(port, unset) or 0,
                None if query == unset else query,
                number_of(qtype, unset),
                self.header.items(answers),
                _seconds(rtt, unset),
            )
        else:
            ts, uid, client, peer, port, version, method, name = values
            take_name(
                self._names,
                kind,
                _time(ts),
                None if uid == unset else uid,
                client,
                peer,
                number_of(port, unset) or 0,
                version,
                None if name == unset else name,
                method,
            )

    def _take_held(self) -> None:
        """Connections are held for each other: many at once are faster."""
        self._connections.take_many(self._held)
        self._held.clear()

    def _take_json(self, line: bytes, number: int) -> None:
        if line:
            ts = self.take_json(line, number)
            self._ledger.saw(1, ts, ts)

    def take_json(self, line: bytes, number: int) -> float | None:
        """One record of JSON; its time (seconds), None when it has none."""
        record = parse_record(line)
        if isinstance(record, str):
            self._ledger.bad_line(number, record)
            return None
        ts = seconds_of(record.ts)
        kind = kind_of(record)
        if ts is None:
            self._ledger.bad_line(number, "its time is none")
        elif not kind:
            if record.orig_h is None and record.resp_h is None:
                self._others.add(record.path or "")
            elif record.path is not None and record.path not in ("ssl", "quic", "http", "dns"):
                self._others.add(record.path)
        elif self._is_wanted(record):
            self._take_record(kind, record, ts, number)
        return ts

    def _is_wanted(self, record: ZeekRecord) -> bool:
        keep = self._ledger.keep
        if keep.addresses is None:
            return True
        source = packed_address(record.orig_h or "")
        peer = packed_address(record.resp_h or "")
        return source in keep.addresses or peer in keep.addresses or bool(keep.macs)

    def _take_record(self, kind: str, record: ZeekRecord, ts: float, number: int) -> None:
        client, peer = record.orig_h or "", record.resp_h or ""
        if kind in ("conn", "open"):
            counts = (
                record.orig_pkts,
                record.resp_pkts,
                record.orig_ip_bytes,
                record.resp_ip_bytes,
            )
            try:
                duration = interval_of(record.duration)
            except ValueError as error:
                self._ledger.bad_line(number, str(error))
                return
            if not 0 <= duration <= LATEST or min(filter(None, counts), default=0) < 0:
                self._ledger.bad_line(number, "a duration or counter is out of range")
                return
            line = ConnLine(
                ts,
                record.uid,
                client,
                record.orig_p or 0,
                peer,
                record.resp_p or 0,
                record.proto or "",
                duration,
                record.conn_state,
                record.history or "",
                *counts,
                record.orig_l2_addr,
                record.resp_l2_addr,
                record.ip_proto,
            )
            if kind == "open":
                self._take_held()
                self._connections.take_open(line)
            elif self._holds:
                self._held.append(line)
            else:
                self._connections.take(line)
        elif kind == "dns":
            answers = [answer for answer in record.answers or () if answer is not None]
            rtt = record.rtt if isinstance(record.rtt, float) and 0 <= record.rtt <= LATEST else 0.0
            take_dns(
                self._ledger, ts, client, record.resp_p or 0, record.query, record.qtype,
                answers, rtt,
            )  # fmt: skip
        else:
            self._take_held()  # without this name
            version = record.version if isinstance(record.version, str) else None
            name = record.host if kind == "http" else record.server_name
            take_name(
                self._names, kind, ts, record.uid, client, peer, record.resp_p or 0, version, name,
                record.method,
            )  # fmt: skip


def _pieces(block: bytes, number: int) -> Iterator[tuple[int, bytes, bool]]:
    """Header lines one by one, the lines between them together: (first line, bytes, is header)."""
    # One character is found much faster than two, and most logs have none.
    if b"#" not in block or (not block.startswith(b"#") and b"\n#" not in block):
        yield number, block, False
        return
    between: list[bytes] = []
    for place, line in enumerate(block.split(b"\n"), start=number):
        if line.startswith(b"#"):
            if between:
                yield place - len(between), b"\n".join(between), False
                between = []
            yield place, line, True
        else:
            between.append(line)
    if between and (len(between) > 1 or between[0]):
        yield number + block.count(b"\n") + 1 - len(between), b"\n".join(between), False


def _conn_line(values: Sequence[str], unset: str) -> ConnLine:
    (
        ts, uid, source, source_port, peer, port, proto, duration, state, history,
        packets_out, packets_in, bytes_out, bytes_in, mac, peer_mac, ip_proto,
    ) = values  # fmt: skip
    return ConnLine(
        _time(ts),
        None if uid == unset else uid,
        source,
        number_of(source_port, unset) or 0,
        peer,
        number_of(port, unset) or 0,
        proto,
        _seconds(duration, unset),
        state,
        history,
        number_of(packets_out, unset),
        number_of(packets_in, unset),
        number_of(bytes_out, unset),
        number_of(bytes_in, unset),
        None if mac == unset else mac,
        None if peer_mac == unset else peer_mac,
        number_of(ip_proto, unset),
    )


def _time(text: str) -> float:
    seconds = time_of(text)
    if seconds is None:
        raise ValueError(f"{text[:40]!r} is no time")
    return seconds


def _seconds(text: str, unset: str) -> float:
    return 0.0 if text == unset else _time(text)
