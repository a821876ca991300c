"""Devices that try to get more out of a scanner than it promised to send; run in a namespace.

`python bait.py LOG BASE`: listens on addresses of BASE (two octets), appends every byte it
receives to LOG (JSON Lines: address, port, hex; decrypted where the port speaks TLS), says "ready"
and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import socket
import ssl
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

CHALLENGES = (
    'WWW-Authenticate: Digest realm="bait", nonce="5f1c", qop="auth", algorithm=MD5\r\n'
    'WWW-Authenticate: Digest realm="bait", nonce="5f1d", algorithm=SHA-256\r\n'
    'WWW-Authenticate: Basic realm="bait"\r\n'
    "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n"
    'WWW-Authenticate: Bearer realm="bait"\r\n'
    'WWW-Authenticate: WSSE realm="bait", profile="UsernameToken"\r\n'
)
EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[31m"


def answer(head: str, body: str = "") -> bytes:
    raw = body.encode()
    return f"{head}Content-Length: {len(raw)}\r\nConnection: close\r\n\r\n".encode() + raw


def guarded(_request: str) -> bytes:
    return answer(
        f"HTTP/1.1 401 Unauthorized\r\n{CHALLENGES}Set-Cookie: session=abc; Path=/\r\n"
        "Server: bait\r\nContent-Type: text/html\r\n",
        "<html><title>Login</title><form action=/login method=post><input name=user></form></html>",
    )


def guarded_rtsp(request: str) -> bytes:
    number = next(
        (line[5:].strip() for line in request.split("\r\n") if line.lower().startswith("cseq:")),
        "0",
    )
    return f"RTSP/1.0 401 Unauthorized\r\nCSeq: {number}\r\n{CHALLENGES}\r\n".encode()


def redirect(location: str) -> Callable[[str], bytes]:
    return lambda _request: answer(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n")


def page(html: str, extra: str = "") -> Callable[[str], bytes]:
    return lambda _request: answer(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{extra}", html)


def device_information(request: str) -> bytes:
    if "GetDeviceInformation" not in request and "POST" in request:
        call = "GetSystemDateAndTime"
        inner = f"<tds:{call}Response/>"
    elif "POST" in request:
        inner = (
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>HIKVISION</tds:Manufacturer>"
            "<tds:Model>=cmd|'/c calc'!A1\u202e&lt;script&gt;alert(1)&lt;/script&gt;\u009b2J"
            "</tds:Model><tds:FirmwareVersion>@SUM(1+1)*cmd|' /C calc'!A0</tds:FirmwareVersion>"
            "<tds:SerialNumber>+1;-2\u2066</tds:SerialNumber><tds:HardwareId>88</tds:HardwareId>"
            "</tds:GetDeviceInformationResponse>"
        )
    else:
        return answer(
            f"HTTP/1.1 401 Unauthorized{EVIL}\r\nServer: App-webs/{EVIL}=1+1\r\n"
            f'WWW-Authenticate: Basic realm="=HYPERLINK(1){EVIL}\u202e<img src=x onerror=a()>"\r\n'
            "Content-Type: text/html; charset=utf-8\r\n",
            f"<title>\u202e{EVIL}&lt;script&gt;alert(1)&lt;/script&gt; =1+1</title>",
        )
    return answer(
        "HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n",
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope '
        'xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:tds="http://www.onvif.org/ver10/device/wsdl">'
        f"<s:Body>{inner}</s:Body></s:Envelope>",
    )


def certificate() -> ssl.SSLContext:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bait")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=9000))
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(made.public_bytes(serialization.Encoding.PEM))
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.flush()
        context.load_cert_chain(file.name)
    return context


class Book:
    """What was received."""

    def __init__(self, path: str) -> None:
        self._file = Path(path).open("a", buffering=1)  # noqa: SIM115 - open until the process ends

    def note(self, address: str, port: int, data: bytes) -> None:
        print(json.dumps({"address": address, "port": port, "hex": data.hex()}), file=self._file)


class Liar(asyncio.DatagramProtocol):
    """Answers WS-Discovery with addresses that nobody may be led to."""

    def __init__(self, book: Book, address: str, xaddrs: str, stranger: str) -> None:
        self._book, self._address, self._xaddrs, self._stranger = book, address, xaddrs, stranger

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._book.note(self._address, 3702, data)
        asked = data.partition(b"MessageID>")[2].partition(b"<")[0].decode()
        reply = (
            '<?xml version="1.0" encoding="UTF-8"?><s:Envelope '
            'xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
            'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
            'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
            'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>'
            f"<a:RelatesTo>{asked}</a:RelatesTo><a:Action>"
            "http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action></s:Header>"
            "<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>"
            "urn:uuid:11111111-2222-3333-4444-555555555555</a:Address></a:EndpointReference>"
            "<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>"
            "onvif://www.onvif.org/name/bait</d:Scopes>"
            f"<d:XAddrs>{self._xaddrs}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
            "</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
        ).encode()
        self._transport.sendto(reply, addr)
        # The same from an address that is in nobody's scope: an answer is no invitation.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((self._stranger, 0))
            other.sendto(reply, addr)


async def serve(book: Book, base: str) -> None:
    far = f"{base}.1"
    stranger, excluded, lure = f"{base}.9.9", f"{far}.40", f"{far}.51"
    tls = certificate()
    web: dict[tuple[str, int], tuple[Callable[[str], bytes] | None, ssl.SSLContext | None]] = {
        (f"{far}.50", 80): (guarded, None),
        (f"{far}.50", 443): (guarded, tls),
        (f"{far}.50", 8443): (guarded, tls),
        (f"{far}.50", 554): (guarded_rtsp, None),
        (f"{far}.50", 8899): (guarded, None),
        (lure, 80): (redirect(f"http://{stranger}/login.html"), None),
        (lure, 81): (redirect(f"http://{lure}:9100/index.html"), None),
        (lure, 88): (redirect("/cgi-bin/snapshot.cgi?chn=1"), None),
        (lure, 8080): (
            page(
                f'<meta http-equiv="refresh" content="0; url=http://{excluded}/index.html">'
                f'<link rel="icon" href="http://{stranger}/favicon.ico">'
                '<img src="/snapshot.jpg"><a href="/reboot.html">'
            ),
            None,
        ),
        (lure, 8081): (
            page(
                f'<script>window.location.href="http://{stranger}:8080/index.html"</script>',
                f"Refresh: 0; url=http://{excluded}/x.html\r\n",
            ),
            None,
        ),
        (lure, 443): (redirect("https://camera.example.invalid/index.html"), tls),
        (f"{far}.53", 80): (device_information, None),
    }
    for port in (37777, 34567, 9000, 8000, *range(9100, 9108)):
        web[f"{far}.52", port] = (None, None)
    for port in range(9100, 9108):
        web[lure, port] = (None, None)
    for port in (80, 443, 554, 8000, 8080, 37777):
        web[excluded, port] = (guarded, None)
        web[stranger, port] = (guarded, None)
    web[stranger, 3128] = (guarded, None)
    tasks: set[asyncio.Task[None]] = set()
    for (address, port), (reply, context) in web.items():
        await _listen(book, address, port, reply, context, tasks)
    loop = asyncio.get_running_loop()
    for address in (lure,):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, 3702))
        paths = "onvif/device_service"
        xaddrs = (
            f"http://{stranger}/{paths} http://{excluded}/{paths} http://{lure}:9100/{paths} "
            f"http://camera.example.invalid/{paths}"
        )
        await loop.create_datagram_endpoint(
            lambda own=address, lies=xaddrs: Liar(book, own, lies, stranger), sock=sock
        )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


async def _listen(
    book: Book,
    address: str,
    port: int,
    reply: Callable[[str], bytes] | None,
    context: ssl.SSLContext | None,
    tasks: set[asyncio.Task[None]],
) -> None:
    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = b""
        try:
            while chunk := await reader.read(65536):
                data += chunk
                if reply is not None and _whole(data):
                    asked, data = data, b""
                    book.note(address, port, asked)
                    writer.write(reply(asked.decode("latin-1")))
                    await writer.drain()
                    if reply is not guarded_rtsp:
                        break
        except OSError:
            writer.transport.abort()
        finally:
            book.note(address, port, data)  # what was no request, or nothing
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(visit(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    await asyncio.start_server(connected, address, port, ssl=context)


def _whole(data: bytes) -> bool:
    head, blank, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line[15:])
    return bool(blank) and len(body) >= length


if __name__ == "__main__":
    asyncio.run(serve(Book(sys.argv[1]), sys.argv[2]))
