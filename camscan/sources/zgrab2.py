"""zgrab2 output, one target a line: the modules http, tls, banner, ftp, ssh and telnet.

Shapes: zmap/zgrab2 README.md and its `zgrab2_schemas`. Module names may be the user's own
(`http8080`), so a result is known by its `protocol`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from camscan.model.device import Port
from camscan.sources.answer import (
    Answers,
    address_of,
    base64_of,
    header_lines,
    inside,
    port_of,
    time_of,
)
from camscan.sources.gathered import Gathered
from camscan.sources.json_records import key, looks_like
from camscan.sources.jsonl import Recorded

NAME = "zgrab2"
_DATA = key("data", r"\{\s*\"[^\"\\]{1,64}\"\s*:\s*\{\s*\"status\"\s*:\s*\"")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def sniff(data: bytes) -> bool:
    """By `"data": {"MODULE": {"status": "…"`."""
    return looks_like(data, _DATA)


def parse_records(data: bytes, name: str) -> Recorded:
    """Targets of which at least one module got an answer; the summary at the end is passed by."""
    found = Gathered(name)
    for number, record in found.json_records(data):
        if not isinstance(record.get("data"), Mapping):
            continue
        target = address_of(record.get("ip"))
        if target is None:
            found.skip(f"record {number}", "no IP address")
            continue
        for port in _refused(record["data"]):
            found.port(target, port)
        for answers, encrypted in _modules(target, record["data"]):
            found.target(target)
            found.answers(answers)
            # A result may hold no more than what was asked: a word of the host shows the port.
            if answers.evidence:
                found.port(target, answers.open_port(encrypted=encrypted))
    return found.recorded()


def _refused(modules: Mapping[str, Any]) -> Iterator[Port]:
    """Ports that refused the connection, as far as zgrab2 names them."""
    for scan in modules.values():
        number = port_of(inside(scan, "port"))
        if number is not None and inside(scan, "status") == "connection-refused":
            yield Port(port=number, transport="tcp", service=None, status="closed")


def _modules(target: str, modules: Mapping[str, Any]) -> Iterator[tuple[Answers, bool]]:
    """What each module was told, and whether TLS was around it."""
    for scan in modules.values():
        result = inside(scan, "result")
        # A scan may fail late and still have a result, such as a certificate.
        if not isinstance(result, Mapping):
            continue
        port = port_of(inside(scan, "port")) or _port_of_url(result)
        answers = Answers(target, NAME, port=port, at=time_of(inside(scan, "timestamp")))
        _note_pages(answers, result)
        for holder in (result, inside(result, "tls"), inside(result, "tls_log")):
            _note_certificate(answers, holder)
        _note_banner(answers, result)
        request = inside(result, "response", "request")
        yield (
            answers,
            (
                inside(request, "url", "scheme") == "https"
                or any(
                    isinstance(inside(holder, word), Mapping)
                    for holder in (result, request)
                    for word in ("tls", "tls_log")
                )
            ),
        )


def _note_pages(answers: Answers, result: Mapping[str, Any]) -> None:
    """Redirects that were followed come first, as the page of `/` is the first of them."""
    chain = result.get("redirect_response_chain")
    pages = [*(chain[:8] if isinstance(chain, list) else ()), result.get("response")]
    for page in pages:
        if isinstance(page, Mapping):
            answers.page(
                page.get("status_code"), header_lines(page.get("headers")), page.get("body")
            )
            _note_certificate(answers, inside(page, "request", "tls_log"))


def _note_certificate(answers: Answers, holder: object) -> None:
    found = inside(holder, "handshake_log", "server_certificates", "certificate")
    if not isinstance(found, Mapping) or answers.certificate(base64_of(found.get("raw"))):
        return
    parsed = found.get("parsed")
    answers.certificate_names(
        inside(parsed, "subject_dn"),
        inside(parsed, "issuer_dn"),
        inside(parsed, "extensions", "subject_alt_name", "dns_names"),
        inside(parsed, "fingerprint_sha256"),
    )


def _note_banner(answers: Answers, result: Mapping[str, Any]) -> None:
    for text in (result.get("banner"), inside(result, "server_id", "raw")):
        if isinstance(text, str):
            answers.raw(text.encode("utf-8", "replace"))


def _port_of_url(result: Mapping[str, Any]) -> int | None:
    """The port asked, of the URL of the request: older versions write it nowhere else."""
    request = inside(result, "response", "request")
    host, scheme = inside(request, "url", "host"), inside(request, "url", "scheme")
    if not isinstance(host, str) or not isinstance(scheme, str):
        return None
    try:
        return urlsplit(f"//{host}").port or _DEFAULT_PORTS.get(scheme)
    except ValueError:
        return None
