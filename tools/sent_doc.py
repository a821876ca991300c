"""Writes docs/sent.md: every message that camscan sends, byte for byte.

The messages come from the codecs that build them; HTTP requests are recorded on loop-back, as they
leave the real client. `python tools/sent_doc.py`.
"""

from __future__ import annotations

import asyncio
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from camscan.discovery.registry import UNICAST_INQUIRIES
from camscan.model.status import Status
from camscan.net.dialer import Dialer
from camscan.net.http_client import fetch, http_client, url
from camscan.net.limits import Limits
from camscan.net.profile import PROFILES
from camscan.probes.plan import DEFAULT_PORTS, SERVICE_PORTS, Ask
from camscan.protocols import http, onvif, rtsp
from camscan.protocols.never import NEVER_PATHS, NEVER_PORTS, ONVIF_PATHS, REQUEST_PATHS
from camscan.protocols.query import CONSTRUCTORS, Query
from camscan.scope import build_scope

TARGET = Path(__file__).parents[1] / "docs" / "sent.md"
DEVICE, WEB_PORT, RTSP_PORT = "192.0.2.10", 8000, 554
_UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_USER_AGENT = re.compile(r"camscan/[0-9][0-9A-Za-z.+-]*")

HEAD = """# What camscan sends

Everything that leaves camscan, byte for byte. This page is written by `python tools/sent_doc.py`
from the code that builds the messages, and HTTP requests are recorded as they leave the client; a
test compares the page with the program. In the examples the device is `192.0.2.10`, the version is
`VERSION`, and each `UUID` is made anew for each message. `⏎` stands for CR LF.

camscan sends to the targets of its scope and to nothing else: the one place that opens TCP
connections and the one place that sends datagrams both check the address at the last moment. It
looks up no name but that of a target given as a host name, fetches no update and reports to nobody.
`camscan scan --plan` counts these messages for your network without sending one, and
`-o contacts:FILE` lists every one that was sent. With `--nmap`, nmap sends probes of its own beside
these, to hosts that stayed unknown; only then.

Never: a password, a cookie or any other credential; SETUP, PLAY or any request for a picture or
stream; a path that moves, records, sets or restarts; two connections to one device at a time.
"""


def document() -> str:
    """The whole page."""
    parts = [HEAD, _sweep(), _udp(), _http(), _tls(), _rtsp(), _onvif(), _listen(), _never()]
    return "\n\n".join(_wrapped("\n".join(parts))) + "\n"


def _wrapped(text: str) -> Iterator[str]:
    """Blocks with lines of at most 100 characters; fences and tables are left as they are."""
    for part in re.split(r"(```.*?```)", text, flags=re.DOTALL):
        if part.startswith("```"):
            yield part
            continue
        for block in filter(None, part.strip("\n").split("\n\n")):
            plain = not block.startswith(("#", "|"))
            yield textwrap.fill(block, 100, break_on_hyphens=False) if plain else block


def _fence(message: bytes, kind: str = "http") -> str:
    text = message.decode("ascii").replace("\r\n", "⏎\n")
    text = _USER_AGENT.sub("camscan/VERSION", _UUID.sub("UUID", text))
    return f"```{kind}\n{text.rstrip()}\n```\n"


def _ports(ports: list[int]) -> str:
    return ", ".join(str(port) for port in ports)


def _sweep() -> str:
    return f"""## TCP sweep

A connection attempt to each address and port: a SYN of the operating system, the handshake when the
port is open, and a close at once. No byte is written. Ports without `--ports`:
{_ports(list(DEFAULT_PORTS))}.

Where raw frames may be sent: a bare SYN of IPv4 (44 bytes: no option but MSS 1460, TTL 64, window
1024) or IPv6 (64 bytes, hop limit 64) from a source port that no program holds; its sequence number
is a keyed hash of where it goes. A SYN-ACK is answered by the operating system with RST. On-link,
before it, an ARP request (RFC 826) or a neighbour solicitation (RFC 4861) for each address in
scope; for a routed target one for the next hop that the routing table names. The addresses are
checked as they stand in the frames, right before these are handed to the kernel.
"""


def _udp() -> str:
    parts = [
        """## UDP

A closed list: the UDP sender refuses every other payload. Free bytes (a UUID, a transaction, the
own address, the port for the answer) are printed as zeros or `UUID`. Some of these ports take
configuration as well; no message that sets anything is on the list.

By multicast and broadcast each message leaves three times on each interface whose whole subnet is
in scope. Addresses that no multicast reaches get the three messages marked so, and each host found
among them gets those marked so, once.
"""
    ]
    swept = {make for kind in UNICAST_INQUIRIES for make in kind.sweep}
    hosts = {make for kind in UNICAST_INQUIRIES for make in kind.hosts}
    for build in CONSTRUCTORS:
        query: Query = build()
        ways = [f"multicast to {group}" for group in (query.group4, query.group6) if group]
        ways += ["broadcast"] if query.broadcast else []
        ways += ["each address that no multicast reaches"] if build in swept else []
        ways += ["each host found there"] if build in hosts else []
        source = f" from port {query.local_port}" if query.local_port else ""
        summary = (build.__doc__ or "").strip()
        parts.append(f"### {query.name}\n")
        parts.append(f"UDP port {query.port}{source}; {', '.join(ways)}. {summary}\n")
        parts.append(_fence(query.payload, "xml") if query.payload[:1] == b"<" else _bytes(query))
    return "\n".join(parts)


# The free bytes of binary messages, by name: what is printed must be the same each time.
_FREE = {"bosch search": (4, 8), "vivotek search": (0, 1), "nicevision search": (4, 6)}


def _bytes(query: Query) -> str:
    payload = query.payload
    if query.name in _FREE:
        first, last = _FREE[query.name]
        payload = payload[:first] + bytes(last - first) + payload[last:]
    if query.port in (2015, 2018):
        return (
            "A header (magic `3acf872a`, length, 1, transaction, checksum), then, encrypted with a "
            "key made of the transaction:\n\n```xml\n"
            "<P2P><C2D_S><to><port>PORT</port></to></C2D_S></P2P>\n```\n"
        )
    if payload.isascii() and payload.rstrip(b"\r\n").decode().isprintable():
        return _fence(payload, "text")
    if payload.startswith(b"M-SEARCH"):
        return _fence(payload, "http")
    lines = [payload[n : n + 32] for n in range(0, len(payload), 32)]
    return "```text\n" + "\n".join(line.hex(" ", 4) for line in lines) + "\n```\n"


def _http() -> str:
    ports = sorted(port for port, known in SERVICE_PORTS.items() if known.ask is Ask.HTTP)
    parts = [
        f"""## HTTP

To open ports of the list {_ports(ports)}, and over TLS (below). Paths:
{"; ".join(f"`{path}` ({why})" for path, why in REQUEST_PATHS.items())}; and at most two
redirects of the device itself, on the same host, to a plain page (html, htm, asp, js, css) whose
name holds no action; and the description of a UPnP device, a plain `.xml` path that its own SSDP
answer names on its own address. An ONVIF call is a POST (below).
"""
    ]
    for path in REQUEST_PATHS:
        parts.append(_fence(_record("GET", path)))
    old = http.get_request(f"{DEVICE}:{WEB_PORT}", "/", version="1.0")
    parts.append(
        "A device that took the connection and answered nothing is asked once more, as of old:\n"
    )
    parts.append(_fence(old))
    return "\n".join(parts)


def _tls() -> str:
    ports = sorted(port for port, known in SERVICE_PORTS.items() if known.ask is Ask.HTTPS)
    secure = sorted(port for port, known in SERVICE_PORTS.items() if known.ask is Ask.RTSPS)
    return f"""## TLS

To open ports of the list {_ports(ports)} (HTTP inside) and {_ports(secure)} (RTSP inside): a
ClientHello of Python's OpenSSL, TLS 1.0 to 1.3, every cipher suite, no certificate of ours. No
server name is sent for a device that is addressed by its number. The device's certificate is read
and not verified: no secret follows it.
"""


def _rtsp() -> str:
    ports = sorted(port for port, known in SERVICE_PORTS.items() if known.ask is Ask.RTSP)
    parts = [
        f"""## RTSP

To open ports of the list {_ports(ports)}. Two requests on one connection, the second only when the
first was answered:
""",
        _fence(rtsp.options_request(DEVICE, RTSP_PORT)),
        _fence(rtsp.describe_request(DEVICE, RTSP_PORT)),
    ]
    return "\n".join(parts)


def _onvif() -> str:
    paths = " or ".join(f"`{path}`" for path in ONVIF_PATHS)
    parts = [
        f"""## ONVIF

Where WS-Discovery or a web answer points to a device service ({paths}, or
the address that the device announces). In this order; the last two are tried once and end at the
first refusal. There is no `Security` header: ONVIF's own access class PRE_AUTH needs none.

The head of each request:
""",
        _fence(_record("POST", ONVIF_PATHS[0], onvif.request(onvif.ORDER[0])).partition(b"<?")[0]),
    ]
    for call in onvif.ORDER:
        parts.append(f"### {call}\n")
        parts.append(_fence(onvif.request(call), "xml"))
    return "\n".join(parts)


def _listen() -> str:
    silent = sorted(port for port, known in SERVICE_PORTS.items() if known.ask is Ask.NOTHING)
    return f"""## Every other open port

Is listened to for one second and gets nothing. Ports {_ports(silent)} are not even listened to:
there the connection of the sweep is all.
"""


def _never() -> str:
    rows = "\n".join(
        f"| `{entry.part}` | {entry.reason} | {entry.source} |" for entry in NEVER_PATHS
    )
    first, last = min(NEVER_PORTS), max(NEVER_PORTS)
    return f"""## What is never touched

TCP ports {first} to {last}, also when asked for: a printer prints every byte that it is sent. And,
also when a device redirects there, every path that holds one of these:

| Part of the path | Why | Source |
|---|---|---|
{rows}
"""


def _record(method: str, path: str, body: bytes | None = None) -> bytes:
    """The bytes of one request as they leave the client, its host put in place of loop-back."""
    raw, port = asyncio.run(_exchange(method, path, body))
    local = f"127.0.0.1:{port}".encode("ascii")
    return raw.replace(local, f"{DEVICE}:{WEB_PORT}".encode("ascii"))


async def _exchange(method: str, path: str, body: bytes | None) -> tuple[bytes, int]:
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        content = await reader.readexactly(len(body or b""))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        heard.set_result(head + content)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        dialer = Dialer(build_scope(["127.0.0.1"]), limits=Limits(), profile=PROFILES["normal"])
        async with http_client(dialer) as client:
            exchange = await fetch(
                client,
                method,
                url("http", "127.0.0.1", port, path),
                content=body,
                headers={"Content-Type": onvif.CONTENT_TYPE} if body is not None else None,
            )
        if exchange.status is not Status.OK:
            raise RuntimeError(f"{method} {path}: {exchange.status}: {exchange.fault}")
        return await heard, port


if __name__ == "__main__":
    TARGET.write_text(document(), "utf-8", newline="\n")
