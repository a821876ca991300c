"""masscan JSON (`-oJ`, and `-oD` with one record a line), with or without `--banners`.

One record is one packet: an open port, or one part of what the port answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from camscan.model.device import Port
from camscan.sources.answer import Answers, address_of, base64_of, port_of, time_of
from camscan.sources.gathered import Gathered
from camscan.sources.json_records import key, looks_like
from camscan.sources.jsonl import Recorded

NAME = "masscan"
_PORT = key("port", r"\d+\s*,\s*\"proto\"")
_IP_AND_TIME = re.compile(rb'"ip"\s*:\s*"[0-9A-Fa-f.:]+"\s*,\s*"timestamp"\s*:\s*"\d+"')
# Names of masscan's own parsers (src/masscan-app.c) for parts of one HTTP answer.
_SERVICES = frozenset({"ftp", "http", "imap", "pop", "smtp", "snmp", "ssh", "telnet", "vnc"})
_OPEN = (None, "open")
_PARTS = {"http.server": "http.server", "title": "http.title"}


def sniff(data: bytes) -> bool:
    """By `"ip": "…", "timestamp": "digits"` and a port with `proto`."""
    return looks_like(data, _IP_AND_TIME, _PORT)


def parse_records(data: bytes, name: str) -> Recorded:
    """Addresses with an open port, and what their banners say."""
    found = Gathered(name)
    for number, record in found.json_records(data):
        target = address_of(record.get("ip"))
        if target is None:
            found.skip(f"record {number}", "no IP address")
            continue
        for item in _ports(record):
            found.port(target, _port(item))
            if item.get("status") in _OPEN:
                found.target(target)
                found.answers(_answers(target, record, item))
    return found.recorded()


def _port(item: Mapping[str, Any]) -> Port | None:
    """The port, open or (`--show closed`) closed; its service where a banner told masscan."""
    number, transport, service = port_of(item.get("port")), item.get("proto"), item.get("service")
    if number is None or transport not in ("tcp", "udp"):
        return None
    if item.get("status") not in _OPEN:
        closed = item.get("status") == "closed"
        return (
            Port(port=number, transport=transport, service=None, status="closed")
            if closed
            else None
        )
    kind = service.get("name") if isinstance(service, Mapping) else None
    known = kind if isinstance(kind, str) and kind in _SERVICES else None
    return Port(port=number, transport=transport, service=known, status="open")


def _ports(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The ports of a record; with `-oD` the record itself is one."""
    ports = record.get("ports")
    if isinstance(ports, list):
        yield from (item for item in ports if isinstance(item, Mapping))
    elif "port" in record:
        data = record.get("data")
        inner = data if isinstance(data, Mapping) else {}
        service = {"name": inner.get("service_name"), "banner": inner.get("banner")}
        yield {**record, "status": inner.get("status"), "service": service}


def _answers(target: str, record: Mapping[str, Any], item: Mapping[str, Any]) -> Answers:
    proto = item.get("proto")
    answers = Answers(
        target,
        NAME,
        port=port_of(item.get("port")),
        transport=proto if proto in ("tcp", "udp") else "tcp",
        at=time_of(record.get("timestamp")),
    )
    service = item.get("service")
    if not isinstance(service, Mapping) or not isinstance(service.get("banner"), str):
        return answers
    kind, text = service.get("name"), service["banner"]
    if kind in _PARTS:
        answers.add(_PARTS[kind], text)
    elif kind == "X509":
        answers.certificate(base64_of(text))
    elif kind == "snmp":
        found = re.search(r"sysDescr:([^\r\n]+)", text)
        answers.add("snmp.sysdescr", found[1] if found else None)
    elif kind not in ("html", "ssl", "html-body", "http-body"):
        # masscan writes one character for each byte.
        answers.raw(text.encode("latin-1", "replace"))
    return answers
