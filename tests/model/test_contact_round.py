"""Many contacts as two records, and back."""

from __future__ import annotations

import random
from array import array
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.contact import Contact
from camscan.model.contact_round import (
    UNCERTAIN,
    RoundBegan,
    RoundEnded,
    expand,
    pack,
    unpack,
)

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)


def packed(batches: list[tuple[int, list[int]]]) -> bytes:
    batches = [batch for batch in batches if batch[1]]
    return pack(
        array("I", [since for since, _ in batches]),
        array("I", [len(numbers) for _, numbers in batches]),
        array("I", [number for _, numbers in batches for number in numbers]),
    )


def began(*addresses: str, key: str = "a-1") -> RoundBegan:
    return RoundBegan(
        id=key, at=NOW, port=80, transport="tcp", query="tcp syn", addresses=addresses
    )


def ended(*batches: tuple[int, list[int]], key: str = "a-1") -> RoundEnded:
    packets = sum(len(numbers) for _, numbers in batches)
    at = NOW + timedelta(seconds=1)
    return RoundEnded(id=key, at=at, packets=packets, order=packed(list(batches)))


def test_each_packet_is_a_contact_with_its_time() -> None:
    made = list(
        expand(
            [
                began("10.1.0.254-10.1.1.1", "10.2.0.9", "fd00::fe-fd00::100", "fe80::1%eth0"),
                ended((0, [5, 0]), (7, [3, 8, 4])),
            ]
        )
    )
    assert [(c.address, (c.at - NOW) / timedelta(milliseconds=1)) for c in made] == [
        ("fd00::fe", 1000),
        ("10.1.0.254", 1000),
        ("10.1.1.1", 1007),
        ("fe80::1%eth0", 1007),
        ("10.2.0.9", 1007),
    ]
    assert {(c.port, c.transport, c.query) for c in made} == {(80, "tcp", "tcp syn")}


def test_single_contacts_keep_their_place() -> None:
    one = Contact(at=NOW, address="10.9.9.9", port=1, transport="udp", query="q")
    items = [began("10.0.0.1"), one, ended((0, [0]))]
    assert [c.address for c in expand(items)] == ["10.9.9.9", "10.0.0.1"]


def test_a_round_that_never_ended_is_told_as_uncertain() -> None:
    items = [began("10.0.0.1-10.0.0.3"), began("10.0.0.9", key="a-2"), ended((0, [0]), key="a-2")]
    made = list(expand(items))
    assert [c.address for c in made] == ["10.0.0.9", "10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert [c.query.endswith(UNCERTAIN) for c in made] == [False, True, True, True]
    assert {c.at for c in made[1:]} == {NOW}


def test_a_round_of_which_nothing_left_is_no_contact() -> None:
    assert list(expand([began("10.0.0.1-10.0.0.3"), ended()])) == []


@pytest.mark.parametrize("order", [b"", b"x", packed([(0, [4_000_000])]), packed([(0, [0, 1])])])
def test_a_damaged_round_is_told_as_uncertain(order: bytes) -> None:
    broken = RoundEnded(id="a-1", at=NOW, packets=1, order=order)
    made = list(expand([began("10.0.0.1", "10.0.0.5-10.0.0.6"), broken]))
    assert [c.address for c in made] == ["10.0.0.1", "10.0.0.5", "10.0.0.6"]
    assert all(c.query.endswith(UNCERTAIN) for c in made)


@pytest.mark.parametrize("text", ["x-y", "10.0.0.9-10.0.0.1", "10.0.0.1-fd00::1-2"])
def test_damaged_addresses_are_told_as_they_stand(text: str) -> None:
    assert [c.address for c in expand([began(text)])] == [text]


def test_about_two_bytes_a_packet() -> None:
    numbers = list(range(4096))
    random.Random(1).shuffle(numbers)
    paced = [(4 * at, numbers[2 * at : 2 * at + 2]) for at in range(2048)]
    assert len(packed(paced)) < 2.2 * 4096
    assert len(packed([(0, numbers)])) < 2 * 4096


@given(st.lists(st.tuples(st.integers(0, 2**31), st.lists(st.integers(0, 2**32 - 1)))))
def test_what_is_packed_is_unpacked(batches: list[tuple[int, list[int]]]) -> None:
    batches.sort(key=lambda batch: batch[0])
    total = sum(len(numbers) for _, numbers in batches)
    found = unpack(packed(batches), total)
    assert [
        (since, [b << 16 | a for a, b in zip(low, high, strict=True)]) for since, low, high in found
    ] == [batch for batch in batches if batch[1]]


@given(st.binary(max_size=200), st.integers(0, 1000))
def test_fuzz_unpack(raw: bytes, most: int) -> None:
    try:
        found = unpack(raw, most)
    except ValueError:
        return
    assert sum(len(low) for _, low, _ in found) <= most
