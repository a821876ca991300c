"""A run's JSON piece by piece, and its SHA-256, without the whole text in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from camscan.inventory.second_process import shared
from camscan.inventory.streamed import (
    StoredConversations,
    Streamed,
    WholeTalk,
    batched,
    checked,
)
from camscan.model.run import Run

_ARRAYS = ("devices", "conversations", "findings")
_BATCH = 100  # stays in the processor's cache
_OPEN, _SHUT = b"[\n  [", b"\n  ]\n]"


def run_chunks(run: Run) -> Iterator[bytes]:
    """Byte for byte what `encode_run` gives."""
    frame = msgspec.structs.replace(run, devices=(), conversations=(), findings=())
    text = msgspec.json.format(msgspec.json.encode(frame), indent=2) + b"\n"
    for name in _ARRAYS:
        # Two blanks and no more: a key of the outermost object, which no string can imitate,
        # for JSON strings hold no line ends.
        mark = b'\n  "%s": [' % name.encode()
        before, _, text = text.partition(mark)
        yield before + mark
        yield from _elements(getattr(run, name))
    yield text


def _elements(items: Sequence[object]) -> Iterator[bytes]:
    """The elements of an array: a line end and a comma before each, a line end behind the last."""
    comma = b""
    for lines in _batches(items):
        yield comma + lines
        comma = b","
    if comma:
        yield b"\n  "


def _batches(items: Sequence[object]) -> Iterator[bytes]:
    if isinstance(items, StoredConversations):
        items.walked(checked)  # what is no conversation is not handed on
        for text in items.texts():
            yield text if text.startswith(b"\n") else _indented(b"[%b]" % text)
    elif isinstance(items, Streamed):
        yield from filter(None, items.made(WholeTalk, _encoded))
    else:
        yield from shared(_encoded, lambda: batched(items, _BATCH))


def _encoded(items: Sequence[object]) -> bytes:
    return _indented(msgspec.json.encode(items)) if items else b""


def _indented(array: bytes) -> bytes:
    """The elements at the depth where they stand: of an array in an array, without the brackets."""
    return msgspec.json.format(b"[%b]" % array, indent=2)[len(_OPEN) : -len(_SHUT)]


def run_sha256(run: Run) -> str:
    """The SHA-256 of the file that `-o json:` writes, in hex."""
    digest = hashlib.sha256()
    for chunk in run_chunks(run):
        digest.update(chunk)
    return digest.hexdigest()
