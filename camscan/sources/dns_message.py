"""Questions and answered addresses of a DNS message (RFC 1035), read by dnspython."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

_ADDRESS_TYPES = (1, 28)  # A, AAAA


class DnsMessage(Struct, frozen=True):
    """`name` is the question's, lower case, without the last dot; `addresses` as text."""

    is_answer: bool
    name: str
    kind: int
    addresses: tuple[str, ...]


def read_message(data: bytes) -> DnsMessage | None:
    """The message, or None when it is no readable DNS with exactly one question."""
    if len(data) < 17 or data[4:6] != b"\x00\x01":
        return None
    return _read(data[2:])


@lru_cache(maxsize=1024)  # devices repeat their few questions; the library takes 0.1 ms each
def _read(after_id: bytes) -> DnsMessage | None:
    import dns.exception
    import dns.flags
    import dns.message

    try:
        message = dns.message.from_wire(
            b"\0\0" + after_id, ignore_trailing=True, continue_on_error=True
        )
        question = message.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        addresses = tuple(
            record.address
            for group in message.answer
            if group.rdtype in _ADDRESS_TYPES
            for record in group
        )
    except (dns.exception.DNSException, ValueError, IndexError, KeyError, AttributeError):
        return None  # hostile or cut: no name is learned from it
    return DnsMessage(bool(message.flags & dns.flags.QR), name, int(question.rdtype), addresses)
