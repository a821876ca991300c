"""The truth of the day: who spoke with whom, when, by what name, how much, and what came back."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from camscan.lab.frames import End

Outcome = Literal["answered", "silent", "blocked"]
"""`blocked`: the firewall at the border let nothing of it out."""


class Purpose(StrEnum):
    """Why somebody spoke."""

    NTP = "ntp"
    DNS = "dns"
    RECORDING = "recording"
    VENDOR_CLOUD = "vendor-cloud"
    CLOUD_VMS = "cloud-vms"
    BROWSING = "browsing"
    VIEWED = "viewed"
    CHINA = "china"
    UPLOAD = "upload"
    P2P = "p2p"


PLANTED = frozenset({Purpose.CHINA, Purpose.UPLOAD, Purpose.P2P})
"""What nobody expects; everything else is as it should be."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One connection, or one datagram and its answer, that `client` began at `at` (seconds).

    `ends` are the client's port and the server's. `ask` and `reply` are the first payloads; with
    TCP `sent` and `received` octets follow them, spread over `seconds`. `name` is what the client
    looked up or told the server; `addresses` what a DNS question was answered with.
    """

    at: float
    purpose: Purpose
    client: End
    server: End
    ends: tuple[int, int]
    protocol: Literal["tcp", "udp"]
    ask: bytes = b""
    reply: bytes = b""
    sent: int = 0
    received: int = 0
    seconds: float = 1.0
    name: str | None = None
    addresses: tuple[str, ...] = ()
    outcome: Outcome = "answered"


class Day(msgspec.Struct, frozen=True):
    """Everything that happened on `date` (UTC) under the network `base`, in order of its begin."""

    date: datetime.date
    base: str
    exchanges: tuple[Exchange, ...]

    @property
    def planted(self) -> dict[tuple[str, str], Purpose]:
        """Per address of a device and destination (name, else address) what is unexpected."""
        return {
            (one.client.address, one.name or one.server.address): one.purpose
            for one in self.exchanges
            if one.purpose in PLANTED
        }

    def clients(self, *purposes: Purpose) -> frozenset[str]:
        """The addresses that began exchanges of these purposes."""
        return frozenset(one.client.address for one in self.exchanges if one.purpose in purposes)
