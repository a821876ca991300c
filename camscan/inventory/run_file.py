"""A run in a JSON file of any size: devices are read some at a time, conversations stay there.

Only a file as camscan writes it is read so (two blanks a level, keys in their order): JSON strings
hold no line ends, so that a line alone says where an array begins and ends. Any other is decoded
whole.
"""

from __future__ import annotations

import io
import os
import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

from camscan.inventory.store import decode_run
from camscan.inventory.stored_devices import decoded_devices
from camscan.inventory.streamed import StoredConversations
from camscan.model.run import SCHEMA, Run

WHOLE = 32 << 20
"""Files up to so many bytes are decoded at once, so that every fault is told at once."""

_BEGINNING = b'{\n  "schema": "%b",\n  "tool": {\n    "' % SCHEMA.encode()
_DEVICES = b'\n  "devices": ['
_CONVERSATIONS = b',\n  "conversations": ['
_FINDINGS = b',\n  "findings": ['
_END = b"\n  ]"
_BRACE = b"\n    }"
_BETWEEN = _BRACE + b",\n    {"
_BATCH = 1 << 16  # stays in the processor's cache
_LOOK = 1 << 20


def read_run(
    path: Path,
    name: str,
    *,
    whole: int = WHOLE,
    found: Callable[[StoredConversations], None] = lambda _: None,
) -> Run:
    """The run in `path`, called `name` in messages. `found` is called with conversations that stay
    in the file before any device is read. Raises OSError, and StoreError as `decode_run`; of
    conversations that stay in the file when they are gone through."""
    file = io.FileIO(path)
    try:
        if not file.seekable() or file.seek(0, io.SEEK_END) <= whole:
            return decode_run(path.read_bytes(), name)
        run = _parted(file, name, found)
    except BaseException:
        file.close()
        raise
    if run is None:
        file.close()
        return decode_run(path.read_bytes(), name)
    return run


def _parted(file: io.FileIO, name: str, found: Callable[[StoredConversations], None]) -> Run | None:
    """None for a file that is written in another way."""
    size = file.seek(0, io.SEEK_END)
    if _read(file, 0, len(_BEGINNING)) != _BEGINNING:
        return None
    devices = _find(file, _DEVICES, 0)
    talks = _find(file, _CONVERSATIONS, devices) if devices is not None else None
    findings = _find_last(file, _FINDINGS, size)
    if devices is None or talks is None or findings is None or talks > findings:
        return None
    first, second = devices + len(_DEVICES), talks + len(_CONVERSATIONS)
    frame = (
        _read(file, 0, first)
        + b"]"
        + _CONVERSATIONS
        + b"]"
        + _read(file, findings, size - findings)
    )
    run = decode_run(frame, name)
    held = StoredConversations(lambda: _elements(file, second, findings), name)
    weakref.finalize(held, file.close)
    some = findings - second > len(_END)
    if some:
        found(held)
    return replace(
        run,
        devices=tuple(decoded_devices(_elements(file, first, talks), name)),
        conversations=held if some else (),
    )


def _elements(file: io.FileIO, start: int, end: int) -> Iterator[bytes]:
    """The array between its opening bracket and the comma behind it, some elements at a time."""
    end -= len(_END)
    kept = b""
    while start < end:
        text = kept + _read(file, start, min(max(_BATCH, len(kept)), end - start))
        start += len(text) - len(kept)
        cut = text.rfind(_BETWEEN) + len(_BRACE) if start < end else len(text)
        if cut < len(_BRACE):
            kept = text  # one element is longer than that
            continue
        yield text[:cut]
        kept = text[cut + 1 :]


def _find(file: io.FileIO, mark: bytes, start: int) -> int | None:
    kept = b""
    while block := _read(file, start, _LOOK):
        text = kept + block
        place = text.find(mark)
        if place >= 0:
            return start - len(kept) + place
        start += len(block)
        kept = text[1 - len(mark) :]
    return None


def _find_last(file: io.FileIO, mark: bytes, end: int) -> int | None:
    while end > 0:
        start = max(0, end - _LOOK)
        place = _read(file, start, end - start + len(mark) - 1).rfind(mark)
        if place >= 0:
            return start + place
        end = start
    return None


def _read(file: io.FileIO, start: int, size: int) -> bytes:
    """Several walks through one file may go on at once, and in a forked process, which has the same
    place in the file: each says where it stands."""
    if sys.platform == "win32":
        file.seek(start)
        return file.read(size)
    return os.pread(file.fileno(), size, start)
