"""Zeek's logs as JSON Lines: the names of the columns are keys, unset ones are missing.

Source: Zeek's documentation of JSON logs (LogAscii::use_json, LogAscii::json_timestamps). What has
passed through another program may have the ends of a connection in an object `id`, null for what
is unset, and durations as texts ("1.18m"), as VAST and Tenzir write them
(github.com/tenzir/vast, quickstart).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from camscan.sources.flows.zeek_table import LATEST

MILLISECONDS = 1e11
"""A number above is no time in seconds."""
_INTERVAL = re.compile(r"(\d{1,18}(?:\.\d{1,18})?)(ns|us|µs|ms|s|m|h|d)")
_INTERVALS = re.compile(f"(?:{_INTERVAL.pattern}){{1,8}}")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86_400}


class Ends(Struct, gc=False, frozen=True):
    """Both ends of a connection."""

    orig_h: str | None = None
    orig_p: int | None = None
    resp_h: str | None = None
    resp_p: int | None = None


class ZeekRecord(Struct, gc=False, frozen=True):
    """One record of any log: only what is used of it. `host` and `version` differ by log."""

    ts: float | str
    orig_h: str | None = msgspec.field(name="id.orig_h", default=None)
    orig_p: int | None = msgspec.field(name="id.orig_p", default=None)
    resp_h: str | None = msgspec.field(name="id.resp_h", default=None)
    resp_p: int | None = msgspec.field(name="id.resp_p", default=None)
    ends: Ends | str | None = msgspec.field(name="id", default=None)  # other logs: a file's
    path: str | None = msgspec.field(name="_path", default=None)
    uid: str | None = None
    proto: str | None = None
    duration: float | str | None = None
    conn_state: str | None = None
    history: str | None = None
    orig_pkts: int | None = None
    resp_pkts: int | None = None
    orig_ip_bytes: int | None = None
    resp_ip_bytes: int | None = None
    orig_l2_addr: str | None = None
    resp_l2_addr: str | None = None
    ip_proto: int | None = None
    query: str | None = None
    qtype: int | None = None
    answers: tuple[str | None, ...] | None = None
    rtt: float | str | None = None
    server_name: str | None = None
    client_initial_dcid: str | None = None
    host: str | None = None
    method: str | None = None
    trans_depth: int | None = None
    version: str | int | float | None = None


_decoder = msgspec.json.Decoder(ZeekRecord)


def parse_record(line: bytes) -> ZeekRecord | str:
    """One line, or in words why it is no record of Zeek."""
    try:
        record = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return f"not a record: {error}"
    ends = record.ends
    if not isinstance(ends, Ends):
        return record
    return replace(
        record, orig_h=ends.orig_h, orig_p=ends.orig_p, resp_h=ends.resp_h, resp_p=ends.resp_p
    )


def interval_of(value: float | str | None) -> float:
    """Seconds of a duration; 0 when it is unset. ValueError when it is none."""
    if isinstance(value, str):
        found = _INTERVALS.fullmatch(value)
        if found is None:
            raise ValueError(f"{value[:40]!r} is no duration")
        value = sum(float(number) * _UNITS[unit] for number, unit in _INTERVAL.findall(value))
    return value or 0.0


def seconds_of(ts: float | str) -> float | None:
    """Seconds since the epoch of a number (milliseconds too) or ISO 8601; None when it is none."""
    if isinstance(ts, str):
        try:
            time = datetime.fromisoformat(ts)
        except ValueError:
            return None
        return (time if time.tzinfo is not None else time.replace(tzinfo=UTC)).timestamp()
    seconds = ts / 1000 if ts > MILLISECONDS else ts
    return seconds if 0 <= seconds <= LATEST else None


def kind_of(record: ZeekRecord) -> str:
    """Which log the record is of, by what it has: `open`, `conn`, `dns`, `ssl`, `quic`, `http`."""
    if record.orig_h is None or record.resp_h is None:
        return ""
    if record.conn_state is not None and record.proto is not None:
        return "open" if record.path in ("open_conn", "conn_long") else "conn"
    if record.query is not None:
        return "dns"
    if record.server_name is not None:
        return "quic" if record.client_initial_dcid is not None else "ssl"
    if record.host is not None and (record.method or record.trans_depth is not None):
        return "http"
    return ""
