"""Is it 200 devices that answer, or one firewall in front of them? Pure judgement.

A SYN proxy accepts every connection, a block page answers on the web ports of every address, a
rejecting firewall resets everything: the same answer from nearly a whole /24 is one middlebox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from camscan.model.status import Status

LEAST_ADDRESSES = 64
SHARE = 0.9
MIXED_SHARE = 0.98

Signature = tuple[tuple[int, Status], ...]


def judge(answers: Mapping[str, Mapping[int, Status]], *, of: int = 0) -> Signature | None:
    """The answer of the middlebox, or None when the subnet is a crowd of real hosts.

    `answers` maps every swept address to its ports' statuses; `of` is how many were asked, where
    an interruption left some without an answer. A signature of open and refused
    ports together is also what a full VLAN of one camera model gives, so there nearly every
    address must agree; an address that only ever accepts, or only ever refuses, needs less.
    """
    total = max(len(answers), of)
    if total < LEAST_ADDRESSES:
        return None
    tally = Counter(signature(ports) for ports in answers.values())
    for most, count in tally.most_common():
        kinds = {status for _, status in most}
        if kinds:
            needed = MIXED_SHARE if len(kinds) > 1 else SHARE
            return most if count >= needed * total else None
    return None


def signature(ports: Mapping[int, Status]) -> Signature:
    """The answered ports of one address, in order; silence is left out."""
    return tuple(
        sorted(
            (port, status)
            for port, status in ports.items()
            if status in (Status.OK, Status.REFUSED)
        )
    )


def describe(answer: Signature) -> str:
    """The middlebox's answer in words."""
    opened = [str(port) for port, status in answer if status is Status.OK]
    refused = [str(port) for port, status in answer if status is Status.REFUSED]
    parts = []
    if opened:
        parts.append(f"open {', '.join(opened)}")
    if refused:
        parts.append(f"refused {', '.join(refused)}")
    return "; ".join(parts)
