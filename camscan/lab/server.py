"""One asyncio process that plays all devices of an estate, each port on a socket of its own.

Closed ports stay closed and dead addresses dead, since nothing listens there. Answers are written
byte for byte; a fault of the persona spoils them on purpose.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence

from camscan.errors import LocalFaultError
from camscan.lab import certificates, faults, render
from camscan.lab.device import Device
from camscan.lab.estate import GATEWAY_HOST
from camscan.lab.inquiry import InquirySpeaker
from camscan.lab.namespace import device_interface
from camscan.lab.persona import Answer, Persona, Service, personas, stacks
from camscan.lab.udp import InquirySocket
from camscan.lab.wsd import WsdSocket, WsdSpeaker
from camscan.lab.wsd6 import WsdSocket6

_HEAD_LIMIT = 16_384
_BODY_LIMIT = 65_536
_IDLE_SECONDS = 60.0
_CALL = re.compile(rb"<(?:[\w.-]+:)?Body[^>]*>\s*<(?:[\w.-]+:)?(\w+)")
_Wrapped = tuple[Answer, tuple[str, str]]
PortMap = Callable[[Sequence[int]], dict[int, int]]


class Speaker:
    """One open port of one device."""

    def __init__(
        self, device: Mapping[str, str], persona: Persona, service: Service, ports: dict[int, int]
    ) -> None:
        self._values = device
        self._service = service
        self._ports = ports
        self._answers: list[_Wrapped] = [(answer, ("", "")) for answer in service.answer]
        if persona.onvif is not None and service.port in persona.onvif.ports:
            stack = stacks()[persona.onvif.stack]
            wrap = (stack.prologue, stack.epilogue)
            self._values = {**device, **persona.onvif.values}
            soap: list[_Wrapped] = [(answer, wrap) for answer in stack.answer]
            own = [item for item in self._answers if item[0].method != "*"]
            rest = [item for item in self._answers if item[0].method == "*"]
            self._answers = own + soap + rest

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one client until it or the persona closes."""
        try:
            await self._speak(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            writer.transport.abort()  # the client went away or spoke no protocol at all
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 2.0)

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        service = self._service
        if service.delay:
            await asyncio.sleep(service.delay)
        if service.fault in ("close", "reset"):
            await faults.send(writer, b"", service.fault)
            return
        if service.banner:
            look = render.lookup(self._values, {}, self._ports)
            await faults.send(writer, render.answer_bytes(Answer("", body=service.banner), look))
        if service.kind in ("raw", "silent") and not service.answer:
            await asyncio.wait_for(reader.read(), _IDLE_SECONDS)  # until the client closes
            return
        while True:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _IDLE_SECONDS)
            if not await self._answer(head, reader, writer):
                return

    async def _answer(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; True when the connection stays open for another."""
        words = head.split(b"\r\n", 1)[0].decode("latin-1").split()
        method = words[0] if words else ""
        target = words[1] if len(words) > 1 else ""
        match = re.search(rb"(?im)^content-length:\s*(\d+)", head)
        length = min(int(match.group(1)), _BODY_LIMIT) if match else 0
        body = await asyncio.wait_for(reader.readexactly(length), 10.0) if length else b""
        found = _CALL.search(body)
        call = found.group(1).decode("ascii", "replace") if found else ""
        path = re.sub(r"^\w+://[^/]*", "", target) or "/"
        cseq = re.search(rb"(?im)^cseq:\s*(\d+)", head)
        message = re.search(rb"MessageID[^>]*>\s*([^<\s]+)", body)
        request = {
            "cseq": cseq.group(1).decode() if cseq else "0",
            "path": path,
            "target": target,
            "call": call,
            "relates_to": message.group(1).decode("latin-1") if message else "",
        }
        for answer, wrap in self._answers:
            if answer.fits(method, path, call):
                if answer.delay:
                    await asyncio.sleep(answer.delay)
                look = render.lookup(self._values, request, self._ports)
                await faults.send(writer, render.answer_bytes(answer, look, wrap), answer.fault)
                stays = self._service.kind == "rtsp" or answer.keep_open
                return stays and not answer.fault
        return False


class LabServer:
    """All devices of an estate. `start()` opens every port, `stop()` closes them."""

    def __init__(
        self,
        devices: Sequence[Device],
        *,
        base: str,
        port_map: PortMap,
        multicast_interface: str | None = None,
        on_link: int = 0,
        ipv6: bool = False,
    ) -> None:
        self._devices = devices
        self._base = base
        self._port_map = port_map
        self._interface = multicast_interface
        self._on_link = on_link
        self._ipv6 = ipv6
        self._servers: list[asyncio.Server] = []
        self._udp: list[WsdSocket | WsdSocket6 | InquirySocket] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        """Open every port; returns how many. Raises LocalFaultError naming a taken address."""
        contexts = certificates.ContextCache()
        speakers: dict[str, WsdSpeaker] = {}
        asked: dict[int, dict[str, InquirySpeaker]] = {}
        for device in self._devices:
            persona = personas()[device.persona]
            address = device.address(self._base)
            values = {
                **device.values,
                "ip": address,
                "netmask": "255.255.255.0",
                "gateway": f"{self._base}.{device.subnet}.{GATEWAY_HOST}",
            }
            ports = self._port_map([service.port for service in persona.service])
            for service in persona.service:
                context = None
                if service.kind == "https":
                    context = contexts.context(persona, values)
                await self._open(
                    address, ports[service.port], values, persona, service, ports, context
                )
            if persona.wsd is not None:
                speakers[address] = WsdSpeaker(
                    persona, values, ports, on_link=device.subnet == self._on_link
                )
            for port in {inquiry.port for inquiry in persona.inquiry}:
                own = tuple(inquiry for inquiry in persona.inquiry if inquiry.port == port)
                asked.setdefault(port, {})[address] = InquirySpeaker(
                    own, values, ports, on_link=device.subnet == self._on_link
                )
        if self._interface is not None:
            self._udp.append(WsdSocket.for_interface(self._interface, speakers))
            if self._ipv6:
                self._udp.append(self._ipv6_socket(self._interface, speakers))
        else:
            self._udp.extend(WsdSocket.for_address(ip, speakers) for ip in speakers)
        for port, devices in asked.items():
            self._hear(port, devices)
        return len(self._servers)

    def _hear(self, port: int, devices: Mapping[str, InquirySpeaker]) -> None:
        """Vendors' inquiries on one UDP port."""
        if self._interface is not None:
            self._udp.append(InquirySocket.for_interface(self._interface, port, devices))
            return
        moved = self._port_map([port])[port]
        for address, speaker in devices.items():
            self._udp.append(InquirySocket.for_address(address, moved, speaker))

    def _ipv6_socket(self, interface: str, speakers: Mapping[str, WsdSpeaker]) -> WsdSocket6:
        """Discovery on the link-local addresses of the on-link devices."""
        found = {
            device.values["ipv6_link_local"]: (
                speakers[device.address(self._base)],
                socket.if_nametoindex(device_interface(device.host)),
            )
            for device in self._devices
            if device.subnet == self._on_link and device.address(self._base) in speakers
        }
        return WsdSocket6.on_interface(interface, found)

    async def _open(
        self,
        address: str,
        port: int,
        values: Mapping[str, str],
        persona: Persona,
        service: Service,
        ports: dict[int, int],
        context: ssl.SSLContext | None,
    ) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
        except OSError as error:
            listener.close()
            why = "is another lab running?"
            if error.errno == errno.EADDRNOTAVAIL:
                why = "only Linux has the whole of 127.0.0.0/8; use a Linux machine or container"
            raise LocalFaultError(
                f"lab: cannot open {address}:{port} ({error.strerror}); {why}"
            ) from error
        speaker = Speaker(values, persona, service, ports)
        self._servers.append(
            await asyncio.start_server(
                self._tracked(speaker),
                sock=listener,
                ssl=context,
                limit=_HEAD_LIMIT,
                backlog=16,
                ssl_handshake_timeout=10.0 if context else None,
            )
        )

    def _tracked(
        self, speaker: Speaker
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.get_running_loop().create_task(speaker.serve(reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return connected

    async def stop(self) -> None:
        """Close the ports, then the open conversations."""
        for sock in self._udp:
            sock.close()
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
