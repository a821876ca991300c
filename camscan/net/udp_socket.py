"""UDP sockets with the options that discovery needs: one interface, fixed ports, groups."""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import sys
from collections.abc import Iterator

from camscan.net.interface import Interface

# Numbers of Linux; the socket module names neither on every Python.
_SO_BINDTODEVICE = 25
_SO_RCVBUFFORCE = 33

_RECEIVE_BUFFER = 4 * 1024 * 1024  # a subnet answers a multicast at once


class PortTaken(Exception):  # noqa: N818 - a fact to be reported, the caller goes on without
    """Another program holds the wanted local port; `reason` in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def any_socket(family: int, local_port: int = 0) -> socket.socket:
    """A socket for unicast by whichever interface the routing table chooses.

    Raises PortTaken for a `local_port` that another program holds, OSError without the family.
    """
    sock = _socket(family)
    with closed_on_error(sock):
        _bind(sock, "", local_port)
    return sock


def link_socket(
    interface: Interface,
    version: int,
    *,
    local_port: int = 0,
    hops: int = 1,
    hear4: tuple[str, ...] = (),
) -> tuple[socket.socket, bool]:
    """A socket for multicast and broadcast by `interface`, and whether it is tied to it.

    Tied (Linux): broadcasts leave by this interface and only what arrives there is heard,
    broadcasts and the groups `hear4` included. Elsewhere the own address is bound, or with a
    `local_port` every address. Raises PortTaken or OSError.
    """
    sock = _socket(socket.AF_INET if version == 4 else socket.AF_INET6)
    with closed_on_error(sock):
        tied = _tie(sock, interface)
        if version == 4:
            own = interface.of_version(4)[0].address
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own))
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, hops)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            _bind(sock, "" if tied or local_port else own, local_port)
            for group in hear4:
                member = socket.inet_aton(group) + socket.inet_aton(own)
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        else:
            index = struct.pack("@I", interface.index)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, hops)
            _bind(sock, "::", local_port)
    return sock, tied


def _socket(family: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    with closed_on_error(sock):
        sock.setblocking(False)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        _enlarge(sock)
    return sock


def _enlarge(sock: socket.socket) -> None:
    if sys.platform == "linux":
        # Beyond net.core.rmem_max where this process may.
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER)
            return
    with contextlib.suppress(OSError):  # a smaller buffer will do where this one is refused
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)


def _tie(sock: socket.socket, interface: Interface) -> bool:
    """Tie the socket to the interface; no privilege is needed from Linux 5.7 on."""
    if sys.platform != "linux":
        return False
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_BINDTODEVICE, interface.name.encode() + b"\0")
    except OSError:
        return False
    return True


def _bind(sock: socket.socket, host: str, port: int) -> None:
    if port:
        # The makers' own tools on this machine may listen on the port as well.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        share = getattr(socket, "SO_REUSEPORT", None)
        if sys.platform == "darwin" and share is not None:
            sock.setsockopt(socket.SOL_SOCKET, share, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        if port and error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortTaken(f"UDP port {port} of this machine: {error.strerror}") from error
        raise


@contextlib.contextmanager
def closed_on_error(sock: socket.socket) -> Iterator[None]:
    """Close the socket when the block fails."""
    try:
        yield
    except BaseException:
        sock.close()
        raise
