"""Conversations that are never all in memory: made anew each time that they are gone through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import TypeVar, overload

import msgspec

from camscan.errors import StoreError
from camscan.model.conversation import Conversation

_decoder = msgspec.json.Decoder(list[Conversation])

_T = TypeVar("_T")
_C = TypeVar("_C", bound=msgspec.Struct)
Batch = Sequence[Conversation]


class Streamed(Sequence[Conversation]):
    """A sequence to iterate over; a single one, and the length, cost a walk through all.

    `batches` gives them from the start, some hundred at a time.
    """

    def __init__(self, batches: Callable[[], Iterable[Batch]]) -> None:
        self.batches = batches

    def __iter__(self) -> Iterator[Conversation]:
        return chain.from_iterable(self.batches())

    def columns(self, kind: type[_C]) -> Iterable[Sequence[_C | Conversation]]:
        """Some at a time with at least the fields of `kind`, which has some of a Conversation."""
        del kind
        return self.batches()

    @cached_property
    def _length(self) -> int:
        return sum(map(len, self.batches()))

    def __len__(self) -> int:
        return self._length

    def __bool__(self) -> bool:
        return any(map(len, self.batches()))

    @overload
    def __getitem__(self, index: int) -> Conversation: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Conversation]: ...

    def __getitem__(self, index: int | slice) -> Conversation | Sequence[Conversation]:
        if isinstance(index, slice):
            return tuple(islice(self, *index.indices(len(self))))
        place = index if index >= 0 else len(self) + index
        found = next(islice(self, place, None), None) if place >= 0 else None
        if found is None:
            raise IndexError(index)
        return found


class StoredConversations(Streamed):
    """Those of a file. `texts` gives their JSON from the start, parted by commas and without the
    brackets of the array; `name` is the file in messages.

    Going through them raises StoreError where one is not as the schema says.
    """

    def __init__(self, texts: Callable[[], Iterator[bytes]], name: str) -> None:
        super().__init__(self._decoded)
        self.texts = texts
        self._name = name

    def _decoded(self) -> Iterator[Batch]:
        return (self.decoded(text) for text in self.texts())

    def columns(self, kind: type[_C]) -> Iterator[Sequence[_C]]:
        """Each as a `kind`: of the other fields only that they are JSON is looked at."""
        return (self._as(_decoder_of(kind), text) for text in self.texts())

    def decoded(self, text: bytes) -> list[Conversation]:
        """The conversations of one of `texts`."""
        return self._as(_decoder, text)

    def _as(self, decoder: msgspec.json.Decoder[list[_T]], text: bytes) -> list[_T]:
        try:
            return decoder.decode(b"[%b]" % text)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StoreError(f"{self._name}: a conversation is not one: {error}") from error


@lru_cache(maxsize=16)
def _decoder_of(kind: type[_C]) -> msgspec.json.Decoder[list[_C]]:
    return msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]


def batched(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """So many at a time."""
    return (items[at : at + size] for at in range(0, len(items), size))


def batches_of(conversations: Sequence[Conversation], size: int = 128) -> Iterable[Batch]:
    """Some at a time, whatever they are kept in: what the processor's cache holds."""
    if isinstance(conversations, Streamed):
        return conversations.batches()
    return batched(conversations, size)


WholeTalk = msgspec.defstruct(
    "WholeTalk",
    [
        (field.name, field.type)
        if field.default is msgspec.NODEFAULT
        else (field.name, field.type, field.default)
        for field in msgspec.structs.fields(Conversation)
    ],
    gc=False,
)
"""Every column of a conversation, and the same JSON."""


def columns_of(
    conversations: Sequence[Conversation], kind: type[_C]
) -> Iterable[Sequence[_C | Conversation]]:
    """As `batches_of`, of a file with the fields of `kind` alone: a fourth of the time."""
    if isinstance(conversations, Streamed):
        return conversations.columns(kind)
    return batches_of(conversations)
