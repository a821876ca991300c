"""Fill an answer for one request: device values, clocks, nonces and lengths; bytes out."""

from __future__ import annotations

import base64
import itertools
import random
import time
import uuid
from collections.abc import Mapping
from email.utils import formatdate
from functools import partial

from camscan.lab.persona import Answer
from camscan.lab.text import Lookup, chained, fill, from_mapping, from_random

_rng = random.Random()
_counter = itertools.count(1_600_000_000)


def moment(name: str, _argument: str, *, offset: float = 0.0) -> str | None:
    """Values that differ at every answer: clocks in the spellings seen, and nonces by family.
    `offset` is by how many seconds the device's clock is fast."""
    clock = time.time() + offset
    now = time.gmtime(clock)
    if name in _CLOCKS:
        return time.strftime(_CLOCKS[name], now)
    match name:
        case "date":
            return formatdate(clock, usegmt=True)
        case "epoch":
            return str(int(clock))
        case "time_short":
            return f"{now.tm_hour}:{now.tm_min}:{now.tm_sec}"
        case "message_id":
            return str(uuid.UUID(int=_rng.getrandbits(128), version=4))
        case "message_number":
            return str(next(_counter) - 1_600_000_000)
        case "nonce":
            return f"{_rng.getrandbits(128):032x}"
        case "nonce_hik":
            text = f"{_rng.getrandbits(32):08x}:{_rng.randrange(10_000_000, 99_999_999)}"
            return base64.b64encode(text.encode()).hex()
        case "nonce_dahua_onvif":
            return base64.b64encode(f"onvif-digest:{next(_counter) * 2}".encode()).decode()
        case "nonce_decimal":
            return str(_rng.randrange(100_000_000, 2_000_000_000))
        case "nonce_axis":
            return (
                f"{_rng.getrandbits(32):08x}Y{_rng.getrandbits(32):07d}{_rng.getrandbits(96):024x}"
            )
        case "opaque40":
            return f"{_rng.getrandbits(160):040x}"
        case "session":
            return str(_rng.randrange(100_000_000, 999_999_999))
    return None


_CLOCKS = {
    "rtsp_date": "%a, %b %d %Y %H:%M:%S GMT",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "iso": "%Y-%m-%dT%H:%M:%SZ",
}


def lookup(
    device: Mapping[str, str], request: Mapping[str, str], ports: Mapping[int, int]
) -> Lookup:
    """Placeholders of one answer; `{authority:80}`: the address, with a port where mapped. A device
    with a `clock_offset` (seconds) tells the time by its own clock."""

    def authority(name: str, argument: str) -> str | None:
        if name not in ("authority", "mapped"):
            return None
        asked = int(argument)
        actual = ports.get(asked, asked)
        if name == "mapped":
            return str(actual)
        default = {80: 80, 443: 443}.get(asked)
        return device["ip"] if actual == default else f"{device['ip']}:{actual}"

    told = partial(moment, offset=float(device.get("clock_offset", "0")))
    return chained(from_mapping(request), from_mapping(device), authority, told, from_random(_rng))


def answer_bytes(answer: Answer, look: Lookup, wrap: tuple[str, str] = ("", "")) -> bytes:
    """Head and body as octets; `wrap` is a SOAP stack's prologue and epilogue around the body."""
    body_text = f"{wrap[0]}{answer.body}{wrap[1]}" if answer.body and wrap[0] else answer.body
    body = fill(fill(body_text, look), look).encode(answer.encoding, "replace")
    head_look = chained(
        lambda name, _argument: {"length": str(len(body)), "length_hex": f"{len(body):x}"}.get(
            name
        ),
        look,
    )
    head = fill(fill(answer.head, head_look), head_look)
    if not answer.head:
        return body
    if answer.eol == "crlf":
        head = head.replace("\r\n", "\n").replace("\n", "\r\n")
    end = "\r\n" if answer.eol == "crlf" else "\n"
    if not head.endswith(end):
        head += end
    return (head + end).encode(answer.encoding, "replace") + body
