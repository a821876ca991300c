"""WS-Discovery of on-link devices over IPv6: group ff02::c, answers from link-local addresses."""

from __future__ import annotations

import random
import socket
import struct
from collections.abc import Mapping
from typing import Any

from camscan.errors import LocalFaultError
from camscan.lab.answering_socket import AnsweringSocket
from camscan.lab.wsd import PORT, WsdSpeaker

GROUP = "ff02::c"
_PKTINFO = struct.Struct("=16sI")  # RFC 3542: address, interface index


class WsdSocket6(AnsweringSocket):
    """One socket for all on-link devices; each answers from its own address and interface."""

    def __init__(self, sock: socket.socket, speakers: Mapping[str, tuple[WsdSpeaker, int]]) -> None:
        super().__init__(sock)
        self._speakers = speakers

    @classmethod
    def on_interface(
        cls, interface: str, speakers: Mapping[str, tuple[WsdSpeaker, int]]
    ) -> WsdSocket6:
        """Join the group on `interface`; `speakers` by link-local address. LocalFaultError."""
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        sock.setblocking(False)
        try:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            sock.bind(("::", PORT))
            member = socket.inet_pton(socket.AF_INET6, GROUP) + struct.pack(
                "=I", socket.if_nametoindex(interface)
            )
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
        except OSError as error:
            sock.close()
            raise LocalFaultError(f"lab: IPv6 UDP {PORT}: {error.strerror}") from error
        return cls(sock, speakers)

    def _received(
        self, data: bytes, ancillary: list[tuple[int, int, bytes]], sender: tuple[Any, ...]
    ) -> None:
        for level, kind, packed in ancillary:
            if level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO:
                raw, _index = _PKTINFO.unpack(packed[: _PKTINFO.size])
                self._asked(data, socket.inet_ntop(socket.AF_INET6, raw), sender[:2])

    def _asked(self, data: bytes, target: str, sender: tuple[str, int]) -> None:
        multicast = target == GROUP
        for address, (speaker, index) in self._speakers.items():
            if multicast or address == target:
                reply = speaker.reply(data, multicast=multicast)
                if reply is not None:
                    delay = random.uniform(0.0, speaker.max_delay)
                    self._later(delay, self._send, address, index, reply, sender)

    def _send(self, address: str, index: int, reply: bytes, sender: tuple[str, int]) -> None:
        packed = _PKTINFO.pack(socket.inet_pton(socket.AF_INET6, address), index)
        target = (sender[0].split("%")[0], sender[1], 0, index)
        try:
            self._socket.sendmsg(
                [reply], [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, packed)], 0, target
            )
        except OSError:
            return  # the asker has gone: UDP may lose an answer
