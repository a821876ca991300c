"""Censys hosts: Search v2 (`services[]`), the Platform (`endpoints[]`), flattened lines.

Flattened lines have dotted keys, `services.http.response.html_title` or, as in the first API,
`80.http.get.title`. Raw banners are decoded; Censys' own labels and software are not taken over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from camscan.sources.answer import Answers, address_of, header_lines, inside, port_of, time_of
from camscan.sources.gathered import Gathered
from camscan.sources.json_records import key, looks_like
from camscan.sources.jsonl import Recorded

NAME = "censys"
_ADDRESS = key("ip", '"')
_SERVICES = re.compile(rb'(?<!\\)"services"\s*:\s*\[|(?<!\\)"services\.[a-z]')
_NUMBERED = re.compile(rb'(?<!\\)"\d{1,5}\.[a-z]+\.')
_SYSTEM = key("autonomous_system", r"\{")
_WRAPPERS = ("result", "results", "hits", "resource", "host", "hosts", "data")
_BODY_KEYS = ("body", "html_body")


def sniff(data: bytes) -> bool:
    """By `ip` beside `services`, `autonomous_system` or keys such as `80.http.get.title`."""
    return any(looks_like(data, _ADDRESS, wanted) for wanted in (_SERVICES, _NUMBERED, _SYSTEM))


def parse_records(data: bytes, name: str) -> Recorded:
    """Hosts, with what each service answered."""
    found = Gathered(name)
    for number, record in found.json_records(data):
        hosts = list(_hosts(record, 4))
        if not hosts:
            found.skip(f"record {number}", "no host with an `ip`")
        for target, host in hosts:
            found.target(target)
            for service in _services(host):
                answers = _answers(target, service)
                found.answers(answers)
                encrypted = any(service.get(word) for word in ("tls", "cert"))
                found.port(target, answers.open_port(encrypted=encrypted))
    return found.recorded()


def _hosts(value: object, depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Hosts below the envelopes that the API puts around them."""
    if isinstance(value, list):
        for item in value:
            yield from _hosts(item, depth)
    elif isinstance(value, Mapping):
        target = address_of(value.get("ip"))
        if target is not None:
            yield target, value
        elif depth:
            for word in _WRAPPERS:
                yield from _hosts(value.get(word), depth - 1)


def _services(host: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    nested = _nested(host)
    services = nested.get("services")
    if isinstance(services, Mapping):
        yield services
    for item in services if isinstance(services, list) else ():
        if isinstance(item, Mapping):
            yield item
    for word, value in nested.items():
        if port_of(word) is not None and isinstance(value, Mapping):
            yield from _first_api(word, value)


def _nested(host: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted keys as objects in objects; at most 16 deep, a clash keeps what came first."""
    root: dict[str, Any] = {}
    for dotted, value in host.items():
        parts = dotted.split(".")[:16]
        place = root
        for part in parts[:-1]:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            place.setdefault(parts[-1], value)
    return root


def _first_api(port: str, protocols: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """`{"http": {"get": …}}` of the first API in the shape of v2."""
    for protocol, value in protocols.items():
        if not isinstance(value, Mapping):
            continue
        parsed = inside(value, "tls", "certificate", "parsed")
        banner = inside(value, "banner", "banner") or value.get("banner")
        page = value.get("get")
        yield {
            "port": port,
            "http": {"response": page} if isinstance(page, Mapping) else None,
            "banner": banner if protocol != "http" else None,
            "cert": {
                "parsed": parsed,
                "names": inside(parsed, "names"),
                "fingerprint_sha256": inside(parsed, "fingerprint_sha256"),
            },
        }


def _answers(target: str, service: Mapping[str, Any]) -> Answers:
    transport = service.get("transport_protocol")
    known = isinstance(transport, str) and transport.lower() in ("udp", "quic")
    answers = Answers(
        target,
        NAME,
        port=port_of(service.get("port")),
        transport="udp" if known else "tcp",
        at=time_of(service.get("observed_at") or service.get("scan_time")),
    )
    banner = _banner(service)
    pages = _pages(service)
    for number, page in enumerate(pages):
        body = next((page[word] for word in _BODY_KEYS if word in page), None)
        if number or not (banner.startswith(b"HTTP/") and answers.head_and_body(banner, body)):
            headers = header_lines(page.get("headers"))
            reason = page.get("status_reason")
            answers.page(page.get("status_code"), headers, body, reason=reason)
        answers.add("http.title", page.get("html_title", page.get("title")))
        _note_icons(answers, page.get("favicons"))
    if not pages:
        answers.raw(banner)
    answers.add("snmp.sysdescr", inside(service, "snmp", "oid_system", "desc"))
    _note_certificate(answers, service)
    return answers


def _banner(service: Mapping[str, Any]) -> bytes:
    """The raw answer; its hexadecimal form is exact."""
    text = service.get("banner_hex")
    if isinstance(text, str):
        try:
            return bytes.fromhex(text)
        except ValueError:
            pass
    text = service.get("banner")
    return text.encode("utf-8", "replace") if isinstance(text, str) else b""


def _pages(service: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """HTTP answers: one in v2, one an endpoint on the Platform (`/` only)."""
    found = [inside(service, "http", "response")]
    endpoints = service.get("endpoints")
    for item in endpoints[:8] if isinstance(endpoints, list) else ():
        if inside(item, "path") in (None, "/"):
            found.append(inside(item, "http"))
    return [page for page in found if isinstance(page, Mapping)]


def _note_icons(answers: Answers, icons: object) -> None:
    for icon in icons[:4] if isinstance(icons, list) else ():
        number = inside(
            icon,
            "shodan_hash",
        ) or inside(icon, "hash_shodan")
        if isinstance(number, int) and not isinstance(number, bool):
            answers.add("http.favicon.mmh3", str(number))
        digest = inside(icon, "md5_hash") or inside(icon, "hash_md5")
        answers.add("http.favicon.md5", digest)


def _note_certificate(answers: Answers, service: Mapping[str, Any]) -> None:
    certificates = inside(service, "tls", "certificates")
    leaf = inside(certificates, "leaf_data")
    if leaf is not None:
        answers.certificate_names(
            inside(leaf, "subject_dn"),
            inside(leaf, "issuer_dn"),
            inside(leaf, "names"),
            inside(certificates, "leaf_fp_sha_256") or inside(leaf, "fingerprint"),
        )
    cert = service.get("cert")
    if isinstance(cert, Mapping):
        answers.certificate_names(
            inside(cert, "parsed", "subject_dn"),
            inside(cert, "parsed", "issuer_dn"),
            cert.get("names"),
            cert.get("fingerprint_sha256"),
        )
