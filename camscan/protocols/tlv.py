"""Messages made of type, length and value, as LLDP's relatives and cameras' inquiries are."""

from __future__ import annotations

from collections.abc import Iterator

MOST = 256
"""Values that are read of one message."""


def tlvs(
    data: bytes, kind_size: int, length_size: int, *, counts_itself: bool = False
) -> Iterator[tuple[int, bytes]]:
    """Type and value, sizes in octets in network order; ends at one that is longer than the rest.

    `counts_itself`: the length is that of the whole TLV, its head included.
    """
    head = kind_size + length_size
    place = 0
    for _ in range(MOST):
        begin = place + head
        if begin > len(data):
            return
        kind = int.from_bytes(data[place : place + kind_size], "big")
        length = int.from_bytes(data[place + kind_size : begin], "big")
        end = place + length if counts_itself else begin + length
        if not begin <= end <= len(data):
            return
        yield kind, data[begin:end]
        place = end
