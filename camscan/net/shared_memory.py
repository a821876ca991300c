"""Memory for arrays that two processes hold at once (Linux: memfd_create(2))."""

from __future__ import annotations

import mmap
import os

import numpy as np
import numpy.typing as npt

Octets = npt.NDArray[np.uint8]


class SharedMemory:
    """`size` zero bytes; `octets` is an array of them, which lives as long as anybody uses it.

    `descriptor` is handed to the other process, which opens the same memory by it. It is closed
    with `close`, by `hand_over`, or with the object; the bytes stay. Raises OSError.
    """

    def __init__(self, size: int, descriptor: int | None = None) -> None:
        self._descriptor = -1  # what fails below leaves nothing to close
        if descriptor is None:
            descriptor = os.memfd_create("camscan")
            self._descriptor = descriptor
            os.ftruncate(descriptor, size)
        self._descriptor = descriptor
        self.octets: Octets = np.frombuffer(mmap.mmap(descriptor, size), dtype=np.uint8)

    @property
    def descriptor(self) -> int:
        return self._descriptor

    def close(self) -> None:
        """No other process can be given it any more."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        self.close()


class SharedLock:
    """One of two processes at a time: a POSIX record lock, which the kernel frees when its holder
    dies. `with` takes it. Threads of one process do not exclude each other."""

    def __init__(self, descriptor: int | None = None) -> None:
        import fcntl

        self._lock = fcntl.lockf
        self._take, self._leave = fcntl.LOCK_EX, fcntl.LOCK_UN
        self.descriptor = os.memfd_create("camscan-lock") if descriptor is None else descriptor

    def __enter__(self) -> None:
        self._lock(self.descriptor, self._take)

    def __exit__(self, *_: object) -> None:
        self._lock(self.descriptor, self._leave)

    def close(self) -> None:
        os.close(self.descriptor)
