"""What a TCP sweep asks whoever started it, and what it tells as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from camscan.model.coverage import Method


class SweepEvents(Struct, frozen=True, kw_only=True):
    """`done(address, port)`: the pair is known and is left out; `known()` the addresses of which
    that may be true of some port (None: of any).

    `on_address(address)`: every port was asked and all its sightings are emitted; `awaited()`
    says whom a raw sweep tells that of (None: everybody). `on_block(first, last)`: the same for
    that index range, in order and without gaps. `on_progress(attempts)`: how many attempts have
    ended. `on_cut_off(cidr)`: a subnet was stopped. `on_method`: what ARP and neighbour discovery
    did for a raw sweep.
    """

    done: Callable[[str, int], bool] = lambda _address, _port: False
    known: Callable[[], Iterable[str]] | None = None
    awaited: Callable[[], Iterable[str]] | None = None
    on_address: Callable[[str], None] = lambda _address: None
    on_block: Callable[[int, int], None] = lambda _first, _last: None
    on_progress: Callable[[int], None] = lambda _attempts: None
    on_cut_off: Callable[[str], None] = lambda _cidr: None
    on_method: Callable[[Method], None] = lambda _method: None
