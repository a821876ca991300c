"""What came back for our SYNs, read from whole batches of frames; a stranger's word is dropped.

SYN-ACK and RST name our sequence number plus one (RFC 9293 section 3.10.7), an ICMP error quotes
our header with the sequence number itself (RFC 792, RFC 4443): both are checked by the cookie.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from camscan.model.status import Status
from camscan.net.bpf import EXTENSION_HEADERS, EXTENSION_OCTETS
from camscan.net.syn_cookie import Cookies

Octets = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]

IPV4, IPV6 = 0x0800, 0x86DD
_ETHERNET = 14
_IPV6_END = _ETHERNET + 40
_FRAGMENT, _OPTIONS = 44, (0, 43, 60)  # hop-by-hop, routing and destination options: one shape
_LEAST = 192  # octets of each frame: every offset below lies within


class Answer(Struct, frozen=True):
    """One verified answer. `address` is the packed target, `attempt` counts from 0, `index` is
    the interface's; `at` monotonic seconds. OK, REFUSED, or UNREACHABLE as a router said."""

    address: bytes
    port: int
    status: Status
    attempt: int
    index: int
    at: float
    prohibited: bool = False


def parse_answers(
    frames: Octets, kind: int, cookies: Cookies, ports: range, *, index: int, at: float
) -> Iterator[Answer]:
    """The believable answers among `frames` (rows of 192 bytes, Ethernet first) to SYNs whose
    source port lies in `ports`; never raises whatever the bytes."""
    if not len(frames) or frames.shape[1] < _LEAST:
        return
    split = _split4(frames) if kind == IPV4 else _split6(frames)
    for rows, targets, remote, local, sequence, status, prohibited in split:
        if not len(rows):
            continue
        ours = (local >= ports.start) & (local < ports.stop)
        attempt = local - ports.start
        for number in np.unique(attempt[ours]):
            same = ours & (attempt == number)
            source = ports.start + int(number)
            right = cookies.of(targets[same], remote[same].astype(np.uint64), source)
            good = np.flatnonzero(same)[right.astype(np.int64) == sequence[same]]
            for at_row in good:
                yield Answer(
                    address=targets[at_row].tobytes(),
                    port=int(remote[at_row]),
                    status=_STATUS[int(status[at_row])],
                    attempt=int(number),
                    index=index,
                    at=at,
                    prohibited=bool(prohibited[at_row]),
                )


_OPEN, _CLOSED, _LOST = 0, 1, 2
_STATUS = (Status.OK, Status.REFUSED, Status.UNREACHABLE)
_Part = tuple[Octets, Octets, Numbers, Numbers, Numbers, Numbers, npt.NDArray[np.bool_]]


def _split4(frames: Octets) -> Iterator[_Part]:
    length = (frames[:, _ETHERNET].astype(np.int64) & 15) * 4
    tcp = frames[:, 23] == 6
    part, start = frames[tcp], _ETHERNET + length[tcp]
    yield _tcp(part, start, part[:, 26:30])
    part, start = frames[frames[:, 23] == 1], _ETHERNET + length[frames[:, 23] == 1]
    inner = start + 8
    part, inner, start = _keep(part, inner, start, _byte(part, inner + 9) == 6)
    quoted = inner + (_byte(part, inner) & 15) * 4
    code = _byte(part, start + 1)
    unreachable = _byte(part, start) == 3
    status = np.where((code == 3) & unreachable, _CLOSED, _LOST)
    yield _quoted(part, quoted, _rows(part, inner + 16, 4), status, np.isin(code, (9, 10, 13)))


def _split6(frames: Octets) -> Iterator[_Part]:
    protocol, start = _behind_extensions(frames)
    tcp = protocol == 6
    part = frames[tcp]
    yield _tcp(part, start[tcp], part[:, 22:38])
    icmp = protocol == 58
    part, start = frames[icmp], start[icmp]
    inner = start + 8
    error = (_byte(part, start) == 1) & (_byte(part, inner + 6) == 6)
    part, inner, start = _keep(part, inner, start, error)
    code = _byte(part, start + 1)
    status = np.where(code == 4, _CLOSED, _LOST)
    yield _quoted(part, inner + 40, _rows(part, inner + 24, 16), status, np.isin(code, (1, 5, 6)))


def _behind_extensions(frames: Octets) -> tuple[Numbers, Numbers]:
    """The protocol of each IPv6 packet and where its header starts (RFC 8200, 4); -1 for later
    fragments and for more than the kernel's filter lets through."""
    protocol = frames[:, 20].astype(np.int64)
    start = np.full(len(frames), _IPV6_END, dtype=np.int64)
    for _ in range(EXTENSION_HEADERS):
        fragment = protocol == _FRAGMENT
        extension = fragment | np.isin(protocol, _OPTIONS)
        if not extension.any():
            break
        later = fragment & ((_word(frames, start + 2, 2) & 0xFFF8) != 0)
        size = np.where(fragment, 8, (_byte(frames, start + 1) + 1) * 8)
        protocol = np.where(extension, np.where(later, -1, _byte(frames, start)), protocol)
        start = np.where(extension, start + size, start)
    return np.where(start > _IPV6_END + EXTENSION_OCTETS, -1, protocol), start


def _tcp(part: Octets, start: Numbers, targets: Octets) -> _Part:
    flags = _byte(part, start + 13)
    acknowledged = (_word(part, start + 8, 4) - 1) & 0xFFFFFFFF
    reset = (flags & 4) != 0
    status = np.where(reset, _CLOSED, _OPEN)
    # A reset without ACK acknowledges nothing and so proves nothing.
    sense = ((flags & 0x10) != 0) & (reset | ((flags & 2) != 0))
    acknowledged = np.where(sense, acknowledged, -1)
    none = np.zeros(len(part), dtype=np.bool_)
    return (
        part,
        targets,
        _word(part, start, 2),
        _word(part, start + 2, 2),
        acknowledged,
        status,
        none,
    )


def _quoted(
    part: Octets,
    start: Numbers,
    targets: Octets,
    status: Numbers,
    prohibited: npt.NDArray[np.bool_],
) -> _Part:
    local, remote = _word(part, start, 2), _word(part, start + 2, 2)
    return part, targets, remote, local, _word(part, start + 4, 4), status, prohibited


def _keep(
    part: Octets, inner: Numbers, start: Numbers, mask: npt.NDArray[np.bool_]
) -> tuple[Octets, Numbers, Numbers]:
    return part[mask], inner[mask], start[mask]


def _byte(part: Octets, at: Numbers) -> Numbers:
    found: Numbers = part[np.arange(len(part)), np.minimum(at, part.shape[1] - 1)].astype(np.int64)
    return found


def _rows(part: Octets, at: Numbers, width: int) -> Octets:
    columns = np.minimum(at[:, None] + np.arange(width), part.shape[1] - 1)
    found: Octets = part[np.arange(len(part))[:, None], columns]
    return found


def _word(part: Octets, at: Numbers, width: int) -> Numbers:
    value = np.zeros(len(part), dtype=np.int64)
    for number in range(width):
        value = value << 8 | _byte(part, at + number)
    return value
