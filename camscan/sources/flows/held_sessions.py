"""Records of firewalls' sessions: what is told of one session again and again counts once."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from camscan.sources.flows.key_value import Fields, count_of

ROOM = 16_384

Write = Callable[[float, Fields], None]


class HeldSessions:
    """Sessions wait until their end is told, are crowded out (the oldest first), or `finish`.

    `write` takes the time and fields of each, once. Records with one key are of one session when
    their fields `same` agree and the counts of the fields `growing` do not fall: a number that was
    given again is another session.
    """

    def __init__(
        self,
        write: Write,
        same: tuple[str, ...],
        *,
        growing: tuple[str, ...] = (),
        room: int | None = None,
    ) -> None:
        self._write = write
        self._same = same
        self._growing = growing
        self._room = ROOM if room is None else room
        self._held: dict[Hashable, tuple[float, Fields]] = {}

    def __len__(self) -> int:
        return len(self._held)

    def take(self, key: Hashable, at: float, fields: Fields, *, ended: bool) -> None:
        """One record; it may leave out what an earlier one said."""
        earlier = self._held.pop(key, None)
        if earlier is not None and not self._goes_on(earlier[1], fields):
            self._write(*earlier)
            earlier = None
        if earlier is not None:
            at, fields = max(at, earlier[0]), {**earlier[1], **fields}
        if ended:
            self._write(at, fields)
            return
        if len(self._held) >= self._room:
            self._write(*self._held.pop(next(iter(self._held))))
        self._held[key] = (at, fields)

    def _goes_on(self, earlier: Fields, fields: Fields) -> bool:
        if any(earlier.get(name) != fields[name] for name in self._same if name in fields):
            return False
        return all(
            (count_of(fields, name) or 0) >= (count_of(earlier, name) or 0)
            for name in self._growing
        )

    def finish(self) -> None:
        """Write the sessions whose end was not told."""
        for at, fields in self._held.values():
            self._write(at, fields)
        self._held.clear()
