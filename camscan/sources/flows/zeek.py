"""Flows and names of Zeek's logs: conn, dns, ssl, quic and http, as ASCII tables or JSON Lines.

All files of one reading are one sensor's. Logs with names are read before conn.log, so that a
connection finds the name that it stated by Zeek's id (uid). Source: Zeek's documentation of its
logs and of their formats; only the header lines of a table say what its columns are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.source import Reading
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.zeek_conn import ZeekConnections
from camscan.sources.flows.zeek_header import ZeekHeader
from camscan.sources.flows.zeek_json import kind_of, parse_record
from camscan.sources.flows.zeek_logs import ZeekLogs, kind_of_table
from camscan.sources.flows.zeek_parts import ZeekParts
from camscan.sources.line_blocks import line_blocks
from camscan.sources.source_file import SourceFile

NAME = "zeek"
# quic.log before ssl.log: Zeek writes the hello of a QUIC connection into both, with one uid.
_ORDER = ("quic", "ssl", "http", "dns", "open", "conn", "")
_TABLE = re.compile(rb"\A(?:\xef\xbb\xbf)?#(?:separator|fields|path|set_separator)\b")
_FIELDS = re.compile(rb"^#fields[^\n]*", re.MULTILINE)
_JSON = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"(?:ts|_path|_system_name|_write_ts)"\s*:')
_JSON_OF_ZEEK = re.compile(rb'"(?:id\.orig_h|uid|fuid|uids)"\s*:')
# Logs without any of these, such as known_hosts: only Zeek writes times so.
_JSON_OF_OTHER_LOG = re.compile(rb'\A(?:\xef\xbb\xbf)?\{"ts":\d{9,10}\.\d{1,9},"[a-z_]+"\s*:')
_LOADED_SCRIPTS = re.compile(rb'\A(?:\xef\xbb\xbf)?\{"name":"[^"\n]{1,1024}\.(?:zeek|bro)"\}')
_BLANK = b" \t\r"


def sniff(head: bytes) -> bool:
    """True for a table's header lines, and for JSON whose first record is one of Zeek's, whatever
    its log: a folder of logs is read whole."""
    if _TABLE.match(head):
        return _FIELDS.search(head) is not None
    first = head.split(b"\n", 1)[0]
    if _JSON.match(first) is not None and _JSON_OF_ZEEK.search(first) is not None:
        return True
    return _JSON_OF_OTHER_LOG.match(first) is not None or _LOADED_SCRIPTS.match(first) is not None


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read all logs, those with names first. Raises SourceError when one cannot be opened."""
    ledger = reading.ledger(NAME, unit="lines")
    names = StatedNames(ledger)
    connections = ZeekConnections(ledger, names)
    reader = ZeekLogs(ledger, names, connections)
    tables: list[tuple[str, ZeekHeader]] = []
    kinds = [(*_kind_of_head(file.head()), file) for file in files]
    for kind, header, file in sorted(kinds, key=lambda each: _ORDER.index(each[0])):
        if kind == "conn" and header is not None and file.path is not None:
            tables.append((file.name, header))
            continue
        ledger.open(file.name)
        if _LOADED_SCRIPTS.match(file.head()):  # its records have no time
            ledger.skip("log", "loaded_scripts tells of no connections and no names")
            ledger.close()
            continue
        with file.open() as stream:
            for number, block in line_blocks(stream):
                reader.take(block, number)
        reader.end_file()
        ledger.close(problem=stream.problem)
    ZeekParts(ledger, names, connections, reader).read(tables)
    connections.finish()
    names.finish()
    _limits(ledger, names, connections)


def _limits(ledger: FlowLedger, names: StatedNames, connections: ZeekConnections) -> None:
    if names.beyond:
        reason = f"{names.beyond} names found no room: they name their peer, not their connection"
        ledger.skip("some names", reason)
    if connections.beyond:
        reason = f"{connections.beyond} records of connections that go on found no room in memory"
        ledger.skip("some connections", reason)
    if connections.unknown:
        reason = f"{connections.unknown} connections are of a transport that the log does not name"
        ledger.skip("some connections", reason)


def _kind_of_head(head: bytes) -> tuple[str, ZeekHeader | None]:
    """The kind of a file's first record, and the header of a table."""
    if not _TABLE.match(head):
        record = parse_record(head.split(b"\n", 1)[0].removeprefix(b"\xef\xbb\xbf").strip(_BLANK))
        return "" if isinstance(record, str) else kind_of(record), None
    header = ZeekHeader()
    for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        if line.startswith(b"#"):
            header.learn(line)
        elif header.fields:
            break
    return kind_of_table(header.fields, header.path), header
