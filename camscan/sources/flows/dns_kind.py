"""Numbers of the DNS record types that name addresses, as logs write them."""

from __future__ import annotations

_KINDS = {"A": 1, "AAAA": 28, "CNAME": 5, "PTR": 12, "SRV": 33, "HTTPS": 65, "TXT": 16}


def kind_of(text: str) -> int:
    """The number of a record type (RFC 1035 and others); 0 for those that nothing asks about."""
    return _KINDS.get(text.upper(), 0)
