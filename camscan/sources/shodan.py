"""Shodan: `shodan download` (`.json.gz`, one banner a line), and answers of its API.

A banner's raw answer is decoded as if it came from a device; of Shodan's own conclusions
(product, tags, vulnerabilities) nothing is taken over. Fields: https://datapedia.shodan.io/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from camscan.sources.answer import Answers, address_of, base64_of, inside, port_of, time_of
from camscan.sources.gathered import Gathered
from camscan.sources.json_records import key, looks_like
from camscan.sources.jsonl import Recorded

NAME = "shodan"
_ADDRESS = key("ip_str", '"')
_MODULE = key("_shodan", r"\{")
_HASH = key("hash", r"-?\d+")
_NETWORK = key("asn", '"')
_UPNP = {
    "friendly_name": "upnp.friendly_name",
    "manufacturer": "upnp.manufacturer",
    "model_name": "upnp.model_name",
    "model_number": "upnp.model_number",
    "serial_number": "upnp.serial",
}


def sniff(data: bytes) -> bool:
    """By `_shodan`, `ip_str`, or both `hash` and `asn`, which stand first in a long banner."""
    return any(looks_like(data, *wanted) for wanted in ((_MODULE,), (_ADDRESS,), (_HASH, _NETWORK)))


def parse_records(data: bytes, name: str) -> Recorded:
    """One address a banner; several banners of an address are judged together."""
    found = Gathered(name)
    for number, record in found.json_records(data):
        for banner in _banners(record):
            target = address_of(banner.get("ip_str"))
            if target is None:
                found.skip(f"record {number}", "no `ip_str`")
                continue
            found.target(target)
            answers = _answers(target, banner)
            found.answers(answers)
            found.port(target, answers.open_port(encrypted="ssl" in banner))
    return found.recorded()


def _banners(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A banner, the `matches` of a search, or the `data` of a host."""
    several = record.get("matches", record.get("data"))
    if not isinstance(several, list):
        yield record
        return
    for item in several:
        if isinstance(item, Mapping):
            yield {"ip_str": record.get("ip_str"), **item}


def _answers(target: str, banner: Mapping[str, Any]) -> Answers:
    answers = Answers(
        target,
        NAME,
        port=port_of(banner.get("port")),
        transport="udp" if banner.get("transport") == "udp" else "tcp",
        at=time_of(banner.get("timestamp")),
    )
    page = banner.get("http")
    text = banner.get("data")
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else b""
    if isinstance(page, Mapping):
        _note_page(answers, page, raw)
    else:
        answers.raw(raw)
    _note_certificate(answers, banner.get("ssl"))
    answers.add("snmp.sysdescr", inside(banner, "snmp", "description"))
    for word, field in _UPNP.items():
        answers.add(field, inside(banner, "upnp", word))
    return answers


def _note_page(answers: Answers, page: Mapping[str, Any], raw: bytes) -> None:
    redirects = page.get("redirects")
    for item in redirects[:8] if isinstance(redirects, list) else ():
        head = inside(item, "data")
        if isinstance(head, str):
            answers.head_and_body(head.encode("utf-8", "replace"), inside(item, "html"))
    if not answers.head_and_body(raw, page.get("html")):
        server = page.get("server")
        headers = [("Server", server)] if isinstance(server, str) else []
        answers.page(page.get("status"), headers, page.get("html"))
    answers.add("http.title", page.get("title"))
    icon = page.get("favicon")
    if not answers.icon(base64_of(inside(icon, "data"))):
        number = inside(icon, "hash")
        if isinstance(number, int) and not isinstance(number, bool):
            answers.add("http.favicon.mmh3", str(number))


def _note_certificate(answers: Answers, ssl: object) -> None:
    chain = inside(ssl, "chain")
    first = chain[0] if isinstance(chain, list) and chain else None
    if isinstance(first, str) and answers.certificate(first.encode("ascii", "ignore")):
        return
    cert = inside(ssl, "cert")
    answers.certificate_names(
        inside(cert, "subject"), inside(cert, "issuer"), None, inside(cert, "fingerprint", "sha256")
    )
