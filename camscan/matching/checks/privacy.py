"""No personal data in examples: MAC addresses, serials and public addresses are masked."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from camscan.matching.fingerprints import Fingerprints
from camscan.matching.problem import Problem

_MAC = re.compile(r"(?<![0-9A-Fa-f:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:-])")
_BARE_MAC = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{12}(?![0-9A-Fa-f])")
_ADDRESS = re.compile(r"(?:://|IP4 |@|=|^)(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}")
_LONG_NUMBER = re.compile(r"\d{6,}")
# Routed nowhere (RFC 6890), and first address of Hikvision's devices; Python 3.11 calls it global.
_PROTOCOL_ASSIGNMENTS = ipaddress.ip_network("192.0.0.0/24")


def masked(tail: str) -> bool:
    """True for a MAC tail or serial that names no real unit: zeros, x's or one digit repeated."""
    digits = re.sub(r"[:-]", "", tail).lower()
    return len(set(digits)) <= 1 or "x" in digits


def _macs(text: str, known: frozenset[str]) -> Iterator[str]:
    for found in _MAC.findall(text):
        if not masked(found[9:]):
            yield f"{found[:8]}… is a full MAC address; keep the first three bytes, zero the rest"
    for found in _BARE_MAC.findall(text):
        if found[:6].lower() in known and not masked(found[6:]):
            yield f"{found[:6]}… is a full MAC address; keep the first three bytes, zero the rest"


def problems(text: str, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Code and message of what in `text` points at one real device or person."""
    for message in _macs(text, known):
        yield "full-mac", message
    for found in _ADDRESS.findall(text):
        try:
            address = ipaddress.ip_address(found)
        except ValueError:
            continue
        if address.is_global and address not in _PROTOCOL_ASSIGNMENTS:
            yield "public-address", f"{found} is a public address; use 192.0.2.x"
    for found in _MAIL.findall(text):
        yield "mail-address", f"{found} is a mail address; leave it out"


def check(fingerprints: Fingerprints) -> Iterator[Problem]:
    """Examples and counter-examples of all rules."""
    known = frozenset(oui.prefix.replace(":", "")[:6] for oui in fingerprints.ouis)
    for rule in fingerprints.rules:
        texts = [*(example.text for example in rule.examples), *rule.not_examples]
        for text in texts:
            for code, message in problems(text, known):
                yield Problem(file=rule.file, rule=rule.id, code=code, message=message)
        for example in rule.examples:
            serial = example.captures.get("serial", "")
            tail = _LONG_NUMBER.findall(serial)
            if tail and not masked(tail[-1]) and "000" not in serial:
                yield Problem(
                    file=rule.file,
                    rule=rule.id,
                    code="full-serial",
                    message=f"serial {serial[:6]}… is not masked; write zeros for its last digits",
                )
