"""A run's JSON piece by piece, and its SHA-256, without the whole text in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from camscan.model.run import Run

_ARRAYS = ("devices", "conversations", "findings")
_BATCH = 1000


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


def _elements(items: tuple[object, ...]) -> Iterator[bytes]:
    for start in range(0, len(items), _BATCH):
        batch = msgspec.json.encode(items[start : start + _BATCH])
        lines = msgspec.json.format(batch, indent=2)[1:-2].replace(b"\n", b"\n  ")
        yield (b"," if start else b"") + lines
    if items:
        yield b"\n  "


def run_sha256(run: Run) -> str:
    """The SHA-256 of the file that `-o json:` writes, in hex."""
    digest = hashlib.sha256()
    for chunk in run_chunks(run):
        digest.update(chunk)
    return digest.hexdigest()
