"""A set of what was seen lately: the longest unused goes when it is full."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Lately(Generic[T]):
    """At most `most` members."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._members: OrderedDict[T, None] = OrderedDict()

    def add(self, member: T) -> bool:
        """True when it was not there; used now in any case."""
        if member in self._members:
            self._members.move_to_end(member)
            return False
        self._members[member] = None
        if len(self._members) > self._most:
            self._members.popitem(last=False)
        return True

    def __contains__(self, member: T) -> bool:
        return member in self._members

    def __len__(self) -> int:
        return len(self._members)
