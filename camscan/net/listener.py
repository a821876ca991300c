"""Listening without asking: frames where this user may capture, else groups and broadcasts."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Self

from camscan.net.frame_listener import FrameListener
from camscan.net.group_listener import GroupListener
from camscan.net.inbox import HeardDatagram, HeardFrame, Inbox
from camscan.net.interface import Interface
from camscan.protocols import dhcpv6
from camscan.protocols.announcement import ANNOUNCEMENTS, Announcement
from camscan.protocols.dhcp import CLIENT_PORT, SERVER_PORT


class Listener:
    """Hears on `links` (up, no loopback, no tunnel), as an async context manager.

    `reason` says how, and what is not heard thereby; `listening` is False when nothing could be
    opened at all. `problems` are (interface, why it is not listened on).
    """

    def __init__(
        self, links: Sequence[Interface], announcements: Sequence[Announcement] = ANNOUNCEMENTS
    ) -> None:
        self._links = [each for each in links if _is_wire(each)]
        self._announcements = announcements
        self._inbox = Inbox()
        self._frames: list[FrameListener] = []
        self._groups: GroupListener | None = None
        self._lost = 0
        self.problems: list[tuple[str, str]] = []
        self.reason = ""

    async def __aenter__(self) -> Self:
        refusal = self._open_frames()
        if self._frames:
            names = ", ".join(each.name for each in self._frames)
            self.reason = f"frames on {names} (AF_PACKET)"
        elif self._links:
            await self._open_groups(refusal)
        else:
            self.reason = "no interface is up"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._count_lost()
        for each in self._frames:
            each.close()
        self._frames.clear()
        if self._groups is not None:
            self._groups.close()
            self._groups = None

    @property
    def listening(self) -> bool:
        """Whether anything can be heard."""
        return bool(self._frames) or (self._groups is not None and self._groups.sockets > 0)

    @property
    def dropped(self) -> int:
        """Frames and datagrams that came faster than they were read."""
        self._count_lost()
        return self._lost + self._inbox.dropped

    def listen(self, seconds: float) -> AsyncIterator[HeardFrame | HeardDatagram]:
        """Everything that is heard in the next `seconds`."""
        return self._inbox.listen(seconds)

    def _count_lost(self) -> None:
        """The kernel counts since it was last asked."""
        self._lost += sum(each.dropped() for each in self._frames)

    def _open_frames(self) -> str:
        """Open a listener on each link; why there is none."""
        if not hasattr(socket, "AF_PACKET"):
            return "only Linux has AF_PACKET"
        ports = {each.port for each in self._announcements} | {
            CLIENT_PORT,
            SERVER_PORT,
            dhcpv6.SERVER_PORT,
        }
        refusal = ""
        for link in self._links:
            try:
                self._frames.append(FrameListener(link.name, link.index, ports, self._inbox))
            except PermissionError:
                return "capturing needs NET_RAW"
            except OSError as error:
                refusal = error.strerror or str(error)
                self.problems.append((link.name, refusal))
        return refusal

    async def _open_groups(self, refusal: str) -> None:
        self._groups = GroupListener(self._announcements, self._links, self._inbox)
        await self._groups.open()
        self.reason = (
            f"{refusal}: joined groups and bound ports ({self._groups.sockets} sockets), so only "
            "UDP to a group or broadcast is heard; no ARP, DHCP, LLDP or CDP"
        )
        if self._groups.refused:
            self.reason += f"; {self._groups.refused} sockets were refused"


def _is_wire(link: Interface) -> bool:
    return link.up and not link.loopback and not link.point_to_point
