"""Which TCP sweep a scan makes: raw SYNs where this user and these routes allow it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from msgspec import Struct

from camscan.discovery.interface import Discovery
from camscan.discovery.tcp_connect import TcpConnect
from camscan.errors import LocalFaultError
from camscan.model.coverage import Method

if TYPE_CHECKING:
    from camscan.discovery.round_contacts import OnRound
    from camscan.net.interface import Interface
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
    done: Callable[[str, int], bool],
    on_address: Callable[[str], None],
    on_block: Callable[[int, int], None],
    on_progress: Callable[[int], None],
    on_cut_off: Callable[[str], None],
    on_method: Callable[[Method], None] = lambda _method: None,
    on_round: OnRound | None = None,
) -> SweepChoice:
    """TcpSyn when raw frames leave this machine for some address of the scope, else TcpConnect.

    The callbacks are those of TcpConnect; `on_method` and `on_round` those of TcpSyn. Sends
    nothing.
    """
    reason = raw_refusal(scope, interfaces)
    if reason is None:
        from camscan.discovery.tcp_syn import TcpSyn

        return SweepChoice(
            method=TcpSyn(
                ports,
                seed=seed,
                start=start,
                again=again,
                done=done,
                on_address=on_address,
                on_block=on_block,
                on_progress=on_progress,
                on_cut_off=on_cut_off,
                on_method=on_method,
                on_round=on_round,
            )
        )
    connect = TcpConnect(
        ports,
        seed=seed,
        start=start,
        again=again,
        done=done,
        on_address=on_address,
        on_block=on_block,
        on_progress=on_progress,
        on_cut_off=on_cut_off,
    )
    return SweepChoice(method=connect, reason=reason)


def raw_refusal(scope: Scope, interfaces: Sequence[Interface]) -> str | None:
    """Why no raw frame reaches any address of the scope, None when one does."""
    if find_spec("numpy") is None:
        return "the Python package numpy is not installed"
    from camscan.net.packet_socket import refused

    reason = refused()
    if reason is not None:
        return reason
    from camscan.net.lane import Lanes
    from camscan.net.target_list import TargetList

    try:
        lanes = Lanes(TargetList(scope), interfaces)
    except (OSError, LocalFaultError) as error:
        return f"the routing table cannot be read: {error}"
    if lanes.lanes:
        return None
    return "; ".join(dict.fromkeys(lanes.refusals)) or "no address to ask one by one"
