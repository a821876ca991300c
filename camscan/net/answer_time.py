"""How long a peer took to answer, by the kernel's clocks: our own delays do not lengthen it."""

from __future__ import annotations

import socket
import struct

# struct tcp_info of linux/tcp.h: eight bytes of flags, nine words, then the milliseconds since
# the last data was sent, since the last ACK was sent, and since the last data was received.
_TIMES = struct.Struct("=44x3I")


def answer_seconds(sock: socket.socket) -> float | None:
    """Seconds from the last data sent to the last data received, to the clock tick of the system.

    None where the system does not tell (only Linux does), or nothing came after what was sent.
    """
    number = getattr(socket, "TCP_INFO", None)
    if number is None:
        return None
    try:
        told = sock.getsockopt(socket.IPPROTO_TCP, number, _TIMES.size)
        sent, _, received = _TIMES.unpack(told)
    except (OSError, struct.error):
        return None
    return (sent - received) / 1000 if sent >= received else None
