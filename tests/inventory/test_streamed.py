"""Conversations that are made anew each time."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from camscan.errors import StoreError
from camscan.inventory.streamed import (
    StoredConversations,
    Streamed,
    WholeTalk,
    batched,
    batches_of,
    begin,
    checked,
    columns_of,
    made,
    walked,
)
from camscan.model.conversation import Conversation
from tests.conftest import build_sample_run

TALK = build_sample_run().conversations[0]
TALKS = [msgspec.structs.replace(TALK, id=f"c{number}") for number in range(7)]


def texts(*batches: list[Conversation]) -> StoredConversations:
    held = [msgspec.json.encode(batch)[1:-1] for batch in batches]
    return StoredConversations(lambda: iter(held), "run.json")


def test_it_may_be_gone_through_again_and_again() -> None:
    held = texts(TALKS[:3], TALKS[3:])
    assert list(held) == TALKS
    assert list(held) == TALKS
    assert len(held) == 7
    assert held
    assert [len(batch) for batch in batches_of(held)] == [3, 4]


def test_two_walks_at_once() -> None:
    held = texts(TALKS[:3], TALKS[3:])
    assert list(zip(held, held, strict=True)) == list(zip(TALKS, TALKS, strict=True))


def test_a_single_one_and_a_part() -> None:
    held = texts(TALKS[:3], TALKS[3:])
    assert held[0] == TALKS[0]
    assert held[-1] == TALKS[-1]
    assert held[2:5] == tuple(TALKS[2:5])
    assert TALKS[4] in held
    for place in (7, -8):
        with pytest.raises(IndexError):
            held[place]


def test_nothing_is_false() -> None:
    assert not Streamed(list)
    assert not Streamed(lambda: [[]])
    assert len(Streamed(lambda: [[]])) == 0


def test_what_is_no_conversation_is_a_fault_of_the_store() -> None:
    held = StoredConversations(lambda: iter([b'{"id": 1}']), "run.json")
    with pytest.raises(StoreError, match=r"run\.json: a conversation is not one: .*`str`"):
        list(held)


def test_some_at_a_time_of_what_is_in_memory() -> None:
    assert [len(batch) for batch in batches_of(tuple(TALKS), 3)] == [3, 3, 1]
    assert list(batched((), 3)) == []


class Who(msgspec.Struct):
    """One column."""

    id: str


def test_columns_of_a_file_and_of_what_is_in_memory() -> None:
    held = texts(TALKS[:3], TALKS[3:])
    rows = [row for batch in columns_of(held, Who) for row in batch]
    assert rows == [Who(talk.id) for talk in TALKS]
    assert [row for batch in columns_of(TALKS, Who) for row in batch] == TALKS
    assert [row for batch in columns_of(Streamed(lambda: [TALKS]), Who) for row in batch] == TALKS


def test_all_columns_are_the_same_json() -> None:
    (rows,) = columns_of(texts(TALKS), WholeTalk)
    assert msgspec.json.encode(rows) == msgspec.json.encode(TALKS)


def test_columns_that_are_none_are_a_fault_of_the_store() -> None:
    held = StoredConversations(lambda: iter([b'{"id": 1}']), "run.json")
    with pytest.raises(StoreError, match=r"run\.json: a conversation is not one: .*`str`"):
        list(columns_of(held, Who))


def ids(rows: Sequence[Who | Conversation]) -> bytes:
    return " ".join(row.id for row in rows).encode()


def test_what_is_made_of_columns_stands_in_order() -> None:
    expected = " ".join(talk.id for talk in TALKS).encode()
    single = [[talk] for talk in TALKS]
    for held in (texts(*single * 2), Streamed(lambda: single * 2), TALKS * 2):
        assert b" ".join(made(held, Who, ids)) == expected + b" " + expected


def test_a_walk_may_be_begun() -> None:
    for held in (texts(TALKS[:3], TALKS[3:]), Streamed(lambda: [TALKS]), TALKS):
        begin(held, (len, checked))
        assert walked(held, len) == 7
        assert walked(held, len) == 7
        walked(held, checked)
        assert walked(held, list) == TALKS


def test_a_walk_that_was_begun_tells_what_is_wrong() -> None:
    held = StoredConversations(lambda: iter([b'{"id": 1}']), "run.json")
    begin(held, (checked,))
    with pytest.raises(StoreError, match=r"run\.json: a conversation is not one"):
        walked(held, checked)
