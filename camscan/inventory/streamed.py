"""Conversations that are never all in memory: made anew each time that they are gone through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any, TypeVar, cast, overload

import msgspec

from camscan.errors import StoreError
from camscan.inventory.second_process import Meanwhile, shared
from camscan.model.conversation import Conversation

_decoder = msgspec.json.Decoder(list[Conversation])

_T = TypeVar("_T")
_C = TypeVar("_C", bound=msgspec.Struct)
Batch = Sequence[Conversation]
Walk = Callable[[Sequence[Conversation]], _T]
"""A function of this kind goes once through all conversations of a run."""


class Streamed(Sequence[Conversation]):
    """A sequence to iterate over; a single one, and the length, cost a walk through all.

    `batches` gives them from the start, some hundred at a time.
    """

    def __init__(self, batches: Callable[[], Iterable[Batch]]) -> None:
        self.batches = batches
        self._begun: dict[Callable[..., Any], Meanwhile[Any]] = {}

    def __iter__(self) -> Iterator[Conversation]:
        return chain.from_iterable(self.batches())

    def columns(self, kind: type[_C]) -> Iterable[Sequence[_C | Conversation]]:
        """Some at a time with at least the fields of `kind`, which has some of a Conversation."""
        return (self.columns_in(part, kind) for part in self.parts())

    def made(
        self, kind: type[_C], work: Callable[[Sequence[_C | Conversation]], bytes]
    ) -> Iterator[bytes]:
        """What `work` makes of each of `columns`, in their order, by two processes."""
        return shared(lambda part: work(self.columns_in(part, kind)), self.parts)

    def parts(self) -> Iterator[Any]:
        """What `columns_in` takes, from the start, the same each time."""
        return iter(self.batches())

    def columns_in(self, part: Any, kind: type[_C]) -> Sequence[_C | Conversation]:
        """One of `columns`."""
        del kind
        return cast(Batch, part)

    def begin(self, walk: Walk[Any]) -> None:
        """Let a second process go on with `walk`, whose result is asked for later."""
        if walk not in self._begun:
            self._begun[walk] = Meanwhile(lambda: walk(self))

    def walked(self, walk: Walk[_T]) -> _T:
        """What `walk` gives of these, begun or not. Raises what it raises."""
        begun = self._begun.get(walk)
        return walk(self) if begun is None else cast(_T, begun.get())

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
        return (self._as(_decoder, text) for text in self.texts())

    def parts(self) -> Iterator[bytes]:
        """Some of the text."""
        return self.texts()

    def columns_in(self, part: bytes, kind: type[_C]) -> list[_C]:
        """Each as a `kind`: of the other fields only that they are JSON is looked at."""
        return self._as(_decoder_of(kind), part)

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


def made(
    conversations: Sequence[Conversation],
    kind: type[_C],
    work: Callable[[Sequence[_C | Conversation]], bytes],
) -> Iterator[bytes]:
    """What `work` makes of each of `columns_of`, in their order."""
    if isinstance(conversations, Streamed):
        return conversations.made(kind, work)
    return map(work, batches_of(conversations))


def begin(conversations: Sequence[Conversation], walks: Iterable[Walk[object]]) -> None:
    """Let other processes go on with `walks` through those of a large file."""
    if isinstance(conversations, Streamed):
        for walk in walks:
            conversations.begin(walk)


def walked(conversations: Sequence[Conversation], walk: Walk[_T]) -> _T:
    """What `walk` gives of these; of those of a large file it may have been begun before."""
    if isinstance(conversations, Streamed):
        return conversations.walked(walk)
    return walk(conversations)


def checked(conversations: Sequence[Conversation]) -> None:
    """Raises StoreError where one of a file is not as the schema says."""
    for _ in batches_of(conversations):
        pass
