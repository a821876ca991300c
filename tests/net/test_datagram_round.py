"""Rounds of datagrams read back are the datagrams that left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.contact_round import RoundBegan, RoundEnded, expand
from camscan.net.address import ipv4_value
from camscan.net.datagram_round import DatagramRounds, ranges
from camscan.protocols.query import dhip_search_unicast


def numbers(addresses: list[str]) -> list[int | None]:
    return list(map(ipv4_value, addresses))


def test_only_what_left_is_told_even_when_the_sweep_fails() -> None:
    told: list[Any] = []
    rounds = DatagramRounds(told.append)
    addresses = ["10.0.0.255", "10.0.1.0", "10.0.1.2", "fd00::9", "fe80::1%eth0"]

    def send_some() -> None:
        with rounds.round(dhip_search_unicast(), addresses, numbers(addresses)) as one:
            assert isinstance(told[0], RoundBegan), "told before anything leaves"
            one.left((1, 2))
            one.left(())
            one.left((4,))
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        send_some()
    began, ended = told
    assert began.addresses == ("10.0.0.255-10.0.1.0", "10.0.1.2", "fd00::9", "fe80::1%eth0")
    assert isinstance(ended, RoundEnded)
    made = list(expand(told))
    assert [contact.address for contact in made] == ["10.0.1.0", "10.0.1.2", "fe80::1%eth0"]
    assert made[2].at - began.at < timedelta(seconds=5)
    with rounds.round(dhip_search_unicast(), ["10.0.0.1"], [0x0A000001]):
        pass
    assert told[2].id != began.id
    assert list(expand(told[2:])) == []


@given(st.lists(st.one_of(st.ip_addresses(), st.integers(0, 9).map(lambda n: f"fe80::{n}%a"))))
def test_ranges_hold_every_address_in_its_order(addresses: list[Any]) -> None:
    texts = [str(one) for one in addresses]
    texts += [f"10.0.0.{n}" for n in range(250, 256)] + ["10.0.1.0"]
    told: list[Any] = []
    with DatagramRounds(told.append).round(dhip_search_unicast(), texts, numbers(texts)) as one:
        one.left(range(len(texts)))
    assert [contact.address for contact in expand(told)] == texts
    assert len(ranges(texts, numbers(texts))) <= len(texts) - 6 + 1
