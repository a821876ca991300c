"""Which TCP sweep a scan makes: raw SYNs where this user and these routes allow it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from msgspec import Struct

from camscan.discovery.interface import Discovery
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.tcp_connect import TcpConnect
from camscan.errors import LocalFaultError

if TYPE_CHECKING:
    from camscan.net.interface import Interface
    from camscan.net.lane import Lanes
    from camscan.scope import Scope


class SweepChoice(Struct, frozen=True, kw_only=True):
    """The method, and why it connects where it does; `reason` is empty for the raw sweep."""

    method: Discovery
    reason: str = ""


def choose_sweep(
    ports: Sequence[int],
    *,
    scope: Scope,
    interfaces: Sequence[Interface],
    seed: int = 0,
    start: int = 0,
    again: Collection[str] = (),
    events: SweepEvents,
) -> SweepChoice:
    """TcpSyn when raw frames leave this machine for some address of the scope, else TcpConnect.

    Sends nothing.
    """
    lanes = raw_lanes(scope, interfaces)
    if isinstance(lanes, str):
        connect = TcpConnect(ports, seed=seed, start=start, again=again, events=events)
        return SweepChoice(method=connect, reason=lanes)
    from camscan.discovery.tcp_syn import TcpSyn

    raw = TcpSyn(ports, seed=seed, start=start, again=again, events=events, lanes=lanes)
    return SweepChoice(method=raw)


def raw_lanes(scope: Scope, interfaces: Sequence[Interface]) -> Lanes | str:
    """The ways out for raw frames; in words why no frame reaches any address of the scope."""
    if find_spec("numpy") is None:
        return "the Python package numpy is not installed"
    from camscan.net.link_layer import refused

    reason = refused()
    if reason is not None:
        return reason
    from camscan.net.lane import Lanes

    try:
        lanes = Lanes(scope, interfaces)
    except (OSError, LocalFaultError) as error:
        return f"the routing table cannot be read: {error}"
    if lanes.lanes:
        return lanes
    return "; ".join(dict.fromkeys(lanes.refusals)) or "no address to ask one by one"
