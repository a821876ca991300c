"""Records that follow each other, each saying its own length: where they begin."""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from camscan.sources.buffer import Memory


class Form(NamedTuple):
    """What a record is: `head` bytes of it must be there, of which four at `length_at` say how
    many there are beside `plus`. A length outside `least` and `most` is impossible, and so is one
    that is no multiple of `whole` (a power of two); `kind` is the number that it must begin with
    (None: any). The upper three bytes of the number at `time_at` are mostly those of the next one.
    """

    order: str
    head: int
    length_at: int
    plus: int
    least: int
    most: int
    whole: int
    time_at: int
    kind: int | None = None

    def length(self, data: Memory, position: int) -> int:
        """Bytes of the record at `position`."""
        number: int = Struct(f"{self.order}I").unpack_from(data, position + self.length_at)[0]
        return self.plus + number


def walk(
    data: Memory, position: int, size: int, form: Form, goal: int | None = None
) -> tuple[list[int], int]:
    """Where whole records begin in `data[:size]`, the first of them at `position`; and where the
    next one would, which is impossible, not whole, or not before `goal` any more."""
    length_at = Struct(f"{form.order}{form.length_at}xI").unpack_from
    kind_at = Struct(f"{form.order}I").unpack_from
    least, most, odd, plus, kind = form.least, form.most, form.whole - 1, form.plus, form.kind
    limit = size - form.head
    if goal is not None:
        limit = min(limit, goal - 1)
    places: list[int] = []
    found = places.append
    while position <= limit:
        (length,) = length_at(data, position)
        if length > most or length < least or length & odd:
            break
        if kind is not None and kind_at(data, position)[0] != kind:
            break
        found(position)
        position += plus + length
    if position > size and places:
        position = places.pop()
    return places, position
