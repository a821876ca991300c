"""The devices' WS-Discovery side: unicast answers, and multicast answers of on-link devices.

SOAP-over-UDP 2004: a device answers after a random delay below APP_MAX_DELAY.
"""

from __future__ import annotations

import random
import re
import socket
import struct
from collections.abc import Mapping

from camscan.errors import LocalFaultError
from camscan.lab import render
from camscan.lab.answering_socket import AnsweringSocket
from camscan.lab.persona import Answer, Persona, stacks

PORT = 3702
GROUP = "239.255.255.250"
_IP_PKTINFO = 8  # Linux; the socket module names it only since Python 3.12
_PKTINFO = struct.Struct("=I4s4s")  # interface index, address to send from, header destination
_PROBE = re.compile(rb"<(?:[\w.-]+:)?Probe[\s/>]")
_TYPES = re.compile(rb"<(?:[\w.-]+:)?Types[^>]*>([^<]*)<")
_MESSAGE = re.compile(rb"MessageID[^>]*>\s*([^<\s]+)")


def probe_kind(data: bytes) -> str | None:
    """ "nvt", "device", "any" or "wsdp" for a Probe; None for anything else."""
    if not _PROBE.search(data):
        return None
    found = _TYPES.search(data)
    types = found.group(1).strip() if found else b""
    if not types:
        return "any"
    if b"NetworkVideoTransmitter" in types:
        return "nvt"
    if types.endswith(b":Device") and b"ver10/device/wsdl" in data:
        return "device"
    return "wsdp"


class WsdSpeaker:
    """What one device says on UDP 3702."""

    def __init__(
        self, persona: Persona, device: Mapping[str, str], ports: dict[int, int], *, on_link: bool
    ) -> None:
        if persona.wsd is None:
            raise LocalFaultError(f"lab: persona {persona.id} has no [wsd]")
        self._wsd = persona.wsd
        self._ports = ports
        self.on_link = on_link
        text = self._wsd.reply or stacks()[self._wsd.stack].wsd
        self._answer = Answer("wsd", body=text)
        self._values = {
            **device,
            "types": self._wsd.types,
            "scopes": self._wsd.scopes,
            "xaddrs": self._wsd.xaddrs,
            "endpoint": self._wsd.endpoint,
            **self._wsd.values,
        }

    def reply(self, data: bytes, *, multicast: bool) -> bytes | None:
        """The answer to a datagram, or None."""
        kind = probe_kind(data)
        if kind is None or kind not in self._wsd.answers:
            return None
        if not (self.on_link if multicast else self._wsd.unicast):
            return None
        found = _MESSAGE.search(data)
        request = {"relates_to": found.group(1).decode("latin-1") if found else ""}
        look = render.lookup(self._values, request, self._ports)
        return render.answer_bytes(self._answer, look)

    @property
    def max_delay(self) -> float:
        """APP_MAX_DELAY of this device, seconds."""
        return self._wsd.max_delay


class WsdSocket(AnsweringSocket):
    """A UDP socket and the devices that answer on it."""

    def __init__(
        self, sock: socket.socket, speakers: Mapping[str, WsdSpeaker], own: str | None
    ) -> None:
        super().__init__(sock)
        self._speakers = speakers
        self._own = own

    @classmethod
    def for_address(cls, address: str, speakers: Mapping[str, WsdSpeaker]) -> WsdSocket:
        """A socket of one device: unicast only. Raises LocalFaultError when it is taken."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        try:
            sock.bind((address, PORT))
        except OSError as error:
            sock.close()
            raise LocalFaultError(
                f"lab: cannot open {address} UDP {PORT}: {error.strerror}"
            ) from error
        return cls(sock, speakers, address)

    @classmethod
    def for_interface(cls, interface: str, speakers: Mapping[str, WsdSpeaker]) -> WsdSocket:
        """One socket for all devices of a namespace, joined to the group on `interface`."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
            sock.bind(("", PORT))
            index = socket.if_nametoindex(interface)
            member = struct.pack("=4s4si", socket.inet_aton(GROUP), b"\0" * 4, index)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        except OSError as error:
            sock.close()
            raise LocalFaultError(f"lab: UDP {PORT} on {interface}: {error.strerror}") from error
        return cls(sock, speakers, None)

    def _received(
        self, data: bytes, ancillary: list[tuple[int, int, bytes]], sender: tuple[str, int]
    ) -> None:
        target = self._own
        for level, kind, packed in ancillary:
            if level == socket.IPPROTO_IP and kind == _IP_PKTINFO:
                target = socket.inet_ntoa(_PKTINFO.unpack(packed[: _PKTINFO.size])[2])
        if target == GROUP:
            for address, speaker in self._speakers.items():
                self._schedule(address, speaker, data, sender, multicast=True)
        elif target is not None and target in self._speakers:
            self._schedule(target, self._speakers[target], data, sender, multicast=False)

    def _schedule(
        self,
        address: str,
        speaker: WsdSpeaker,
        data: bytes,
        sender: tuple[str, int],
        *,
        multicast: bool,
    ) -> None:
        reply = speaker.reply(data, multicast=multicast)
        if reply is None:
            return
        delay = random.uniform(0.0, speaker.max_delay if multicast else speaker.max_delay / 5)
        self._later(delay, self._send, address, reply, sender)

    def _send(self, address: str, reply: bytes, sender: tuple[str, int]) -> None:
        ancillary = []
        if self._own is None:
            packed = _PKTINFO.pack(0, socket.inet_aton(address), b"\0" * 4)
            ancillary = [(socket.IPPROTO_IP, _IP_PKTINFO, packed)]
        try:
            self._socket.sendmsg([reply], ancillary, 0, sender)
        except OSError:
            return  # the asker has gone, or the queue is full: UDP may lose an answer
