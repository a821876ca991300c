"""UDP sockets on which simulated devices answer inquiries: one for each, or one for a namespace."""

from __future__ import annotations

import errno
import random
import socket
import struct
from collections.abc import Mapping

from camscan.errors import LocalFaultError
from camscan.lab.answering_socket import AnsweringSocket
from camscan.lab.inquiry import InquirySpeaker, Reply, listening
from camscan.lab.persona import Inquiry

_IP_PKTINFO = 8  # Linux; the socket module names it only since Python 3.12
_PKTINFO = struct.Struct("=I4s4s")  # interface index, address to send from, header destination


def _group(target: str) -> str | None:
    """The group itself, "" for a broadcast address (of /24 subnets too), None for any other."""
    if 224 <= int(target.partition(".")[0]) < 240:
        return target
    return "" if target.endswith(".255") else None


class InquirySocket(AnsweringSocket):
    """A UDP port and the devices (by address) that answer on it."""

    def __init__(
        self,
        sock: socket.socket,
        speakers: Mapping[str, InquirySpeaker],
        *,
        own: str | None,
        link: int = 0,
    ) -> None:
        super().__init__(sock)
        self._speakers = speakers
        self._own = own
        self._link = link

    @classmethod
    def for_address(cls, address: str, port: int, speaker: InquirySpeaker) -> InquirySocket:
        """A socket of one device: unicast only. Raises LocalFaultError when it is taken."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        try:
            sock.bind((address, port))
        except OSError as error:
            sock.close()
            raise LocalFaultError(
                f"lab: cannot open {address} UDP {port}: {error.strerror}"
            ) from error
        return cls(sock, {address: speaker}, own=address)

    @classmethod
    def for_interface(
        cls, interface: str, port: int, speakers: Mapping[str, InquirySpeaker]
    ) -> InquirySocket:
        """One socket for all devices of a namespace: groups, broadcast and unicast.

        Each answer leaves from the device's own address. Raises LocalFaultError.
        """
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
            sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
            sock.bind(("", port))
            index = socket.if_nametoindex(interface)
            for group in sorted(listening(speakers)):
                member = struct.pack("=4s4si", socket.inet_aton(group), b"\0" * 4, index)
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        except OSError as error:
            sock.close()
            raise LocalFaultError(f"lab: UDP {port} on {interface}: {error.strerror}") from error
        made = cls(sock, speakers, own=None, link=index)
        made._announce()
        return made

    def _announce(self) -> None:
        for address, speaker in self._speakers.items():
            for inquiry in speaker.inquiries:
                if inquiry.announce > 0:
                    self._later(
                        random.uniform(0.0, inquiry.announce), self._again, address, inquiry
                    )

    def _again(self, address: str, inquiry: Inquiry) -> None:
        reply = self._speakers[address].announcement(inquiry)
        if reply is not None and reply.address is not None:
            self._send(address, reply, (reply.address, reply.port))
        self._later(inquiry.announce, self._again, address, inquiry)

    def _received(
        self, data: bytes, ancillary: list[tuple[int, int, bytes]], sender: tuple[str, int]
    ) -> None:
        target, link = self._own, self._link
        for level, kind, packed in ancillary:
            if level == socket.IPPROTO_IP and kind == _IP_PKTINFO:
                link, _, destination = _PKTINFO.unpack(packed[: _PKTINFO.size])
                target = socket.inet_ntoa(destination)
        if target is None:
            return
        if target in self._speakers:
            reply = self._speakers[target].reply(data, sender[1], many=False)
            self._schedule(target, reply, sender)
            return
        group = _group(target)
        if group is not None and link == self._link:
            # A broadcast arrives once more on the interface of every device: this copy counts.
            for address, speaker in self._speakers.items():
                reply = speaker.reply(data, sender[1], many=True, group=group)
                self._schedule(address, reply, sender)

    def _schedule(self, address: str, reply: Reply | None, sender: tuple[str, int]) -> None:
        if reply is not None:
            self._later(
                reply.delay, self._send, address, reply, (reply.address or sender[0], reply.port)
            )

    def _send(self, address: str, reply: Reply, target: tuple[str, int]) -> None:
        ancillary = []
        if self._own is None:
            packed = _PKTINFO.pack(0, socket.inet_aton(address), b"\0" * 4)
            ancillary = [(socket.IPPROTO_IP, _IP_PKTINFO, packed)]
        for datagram in reply.datagrams:
            try:
                self._socket.sendmsg([datagram], ancillary, 0, target)
            except OSError as error:
                if error.errno == errno.EMSGSIZE:
                    raise LocalFaultError(f"lab: the answer of {address} is too large") from error
                return  # the asker has gone, or the queue is full: UDP may lose an answer
