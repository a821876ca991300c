"""How often Python looks for cycles: seldom where objects are many and cycles few."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_NEW = 10_000
"""New objects after which it looks, where Python's own 700 come about with every module."""


def seldom_collected() -> None:
    """From now on Python looks for cycles seldom."""
    gc.set_threshold(_NEW, *gc.get_threshold()[1:])


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Within it Python looks for no cycles, which takes longer than reading a large run itself."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
