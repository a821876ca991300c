"""The day as Zeek beside the tap would log it: conn.log, dns.log and ssl.log as ASCII tables.

Columns and their order as in Zeek 7's own logs (zeek/zeek testing/btest/Baseline); orig_bytes
counts payload, orig_ip_bytes the IP packets.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from camscan.lab.day.exchange import Day, Exchange, Purpose
from camscan.lab.day.wire import Counts, counts

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID = (
    ("ts", "time"), ("uid", "string"), ("id.orig_h", "addr"), ("id.orig_p", "port"),
    ("id.resp_h", "addr"), ("id.resp_p", "port"),
)  # fmt: skip
_CONN = (
    *_ID,
    ("proto", "enum"), ("service", "string"), ("duration", "interval"), ("orig_bytes", "count"),
    ("resp_bytes", "count"), ("conn_state", "string"), ("local_orig", "bool"),
    ("local_resp", "bool"), ("missed_bytes", "count"), ("history", "string"),
    ("orig_pkts", "count"), ("orig_ip_bytes", "count"), ("resp_pkts", "count"),
    ("resp_ip_bytes", "count"), ("tunnel_parents", "set[string]"), ("ip_proto", "count"),
)  # fmt: skip
_DNS = (
    *_ID,
    ("proto", "enum"), ("trans_id", "count"), ("rtt", "interval"), ("query", "string"),
    ("qclass", "count"), ("qclass_name", "string"), ("qtype", "count"), ("qtype_name", "string"),
    ("rcode", "count"), ("rcode_name", "string"), ("AA", "bool"), ("TC", "bool"), ("RD", "bool"),
    ("RA", "bool"), ("Z", "count"), ("answers", "vector[string]"), ("TTLs", "vector[interval]"),
    ("rejected", "bool"),
)  # fmt: skip
_SSL = (
    *_ID,
    ("version", "string"), ("cipher", "string"), ("curve", "string"), ("server_name", "string"),
    ("resumed", "bool"), ("last_alert", "string"), ("next_protocol", "string"),
    ("established", "bool"), ("ssl_history", "string"), ("cert_chain_fps", "vector[string]"),
    ("client_cert_chain_fps", "vector[string]"), ("sni_matches_cert", "bool"),
)  # fmt: skip
_SERVICES = {53: "dns", 123: "ntp", 443: "ssl"}
_STATES = {  # of transport and outcome: state, history
    ("tcp", True): ("SF", "ShADadFf"),
    ("tcp", False): ("S0", "S"),
    ("udp", True): ("SF", "Dd"),
    ("udp", False): ("S0", "D"),
}


def write_zeek(folder: Path, day: Day) -> tuple[Path, ...]:
    """Write the three logs into `folder`; returns their paths."""
    rng = random.Random(f"zeek {day.date.isoformat()}")
    met = [(_uid(rng), one, counts(one)) for one in day.exchanges]
    met.sort(key=lambda each: each[2].last)  # Zeek writes a connection down when it is over
    inside = f"{day.base}."
    logs = {
        "conn": (_CONN, (_conn(*each, inside) for each in met)),
        "dns": (_DNS, (_dns(*each) for each in met if each[1].purpose is Purpose.DNS)),
        "ssl": (_SSL, (_ssl(*each) for each in met if _is_tls(each[1]))),
    }
    return tuple(
        _write(folder / f"{name}.log", name, columns, rows, day.date)
        for name, (columns, rows) in logs.items()
    )


def _write(
    path: Path,
    name: str,
    columns: tuple[tuple[str, str], ...],
    rows: Iterable[tuple[str, ...]],
    date: datetime.date,
) -> Path:
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.write("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n")
        file.write(f"#unset_field\t-\n#path\t{name}\n#open\t{date:%Y-%m-%d}-00-00-00\n")
        for mark, place in (("#fields", 0), ("#types", 1)):
            file.write("\t".join((mark, *(column[place] for column in columns))) + "\n")
        file.writelines("\t".join(row) + "\n" for row in rows)
        file.write(f"#close\t{date + datetime.timedelta(days=1):%Y-%m-%d}-00-00-00\n")
    return path


def _uid(rng: random.Random) -> str:
    return "C" + "".join(rng.choices(_DIGITS, k=17))


def _begin(uid: str, one: Exchange) -> Iterator[str]:
    yield f"{one.at:.6f}"
    yield uid
    yield one.client.address
    yield str(one.ends[0])
    yield one.server.address
    yield str(one.ends[1])


def _flag(value: bool) -> str:
    return "T" if value else "F"


def _conn(uid: str, one: Exchange, seen: Counts, inside: str) -> tuple[str, ...]:
    answered = one.outcome == "answered"
    state, history = _STATES[one.protocol, answered]
    return (
        *_begin(uid, one),
        one.protocol,
        _SERVICES.get(one.ends[1], "-") if answered else "-",
        f"{seen.last - one.at:.6f}" if seen.last > one.at else "-",
        str(seen.payload_out),
        str(seen.payload_in),
        state,
        _flag(one.client.address.startswith(inside)),
        _flag(one.server.address.startswith(inside)),
        "0",
        history,
        str(seen.packets_out),
        str(seen.bytes_out),
        str(seen.packets_in),
        str(seen.bytes_in),
        "-",
        "6" if one.protocol == "tcp" else "17",
    )


def _dns(uid: str, one: Exchange, seen: Counts) -> tuple[str, ...]:
    found = bool(one.addresses)
    return (
        *_begin(uid, one),
        "udp",
        str(int.from_bytes(one.ask[:2], "big")),
        f"{seen.last - one.at:.6f}",
        one.name or "-",
        *("1", "C_INTERNET", "1", "A"),
        *(("0", "NOERROR") if found else ("3", "NXDOMAIN")),
        *("F", "F", "T", "T", "0"),
        ",".join(one.addresses) or "-",
        ",".join("300.000000" for _ in one.addresses) or "-",
        "F",
    )


def _is_tls(one: Exchange) -> bool:
    return one.protocol == "tcp" and one.ask[:1] == b"\x16"  # a handshake record


def _ssl(uid: str, one: Exchange, _seen: Counts) -> tuple[str, ...]:
    return (
        *_begin(uid, one),
        *("TLSv13", "TLS_AES_128_GCM_SHA256", "x25519"),
        one.name or "-",
        *("F", "-", "-", "T", "CsiI", "-", "-", "-"),
    )
