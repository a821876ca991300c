"""Two processes see the same bytes, and take turns."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from camscan.net.shared_memory import SharedLock, SharedMemory

OTHER = """
import sys
from camscan.net.shared_memory import SharedLock, SharedMemory
memory, lock = SharedMemory(8, int(sys.argv[1])), SharedLock(int(sys.argv[2]))
memory.octets[3] += 1
with lock:
    print("mine", flush=True)
    sys.stdin.read()
"""


def other(memory, lock):
    return subprocess.Popen(
        [sys.executable, "-c", OTHER, str(memory.descriptor), str(lock.descriptor)],
        pass_fds=(memory.descriptor, lock.descriptor),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def test_what_one_writes_the_other_reads_and_one_of_them_waits():
    memory, lock = SharedMemory(8), SharedLock()
    memory.octets[3] = 40
    with lock:
        child = other(memory, lock)
        while memory.octets[3] != 41:
            assert child.poll() is None
    assert child.stdout.readline() == b"mine\n"
    waited = subprocess.Popen(  # this process may not be held up by a test that fails
        [sys.executable, "-c", OTHER, str(memory.descriptor), str(lock.descriptor)],
        pass_fds=(memory.descriptor, lock.descriptor),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    while memory.octets[3] != 42:
        assert waited.poll() is None
    child.kill()  # the kernel frees the lock of the dead
    child.communicate()
    assert waited.communicate()[0] == b"mine\n"
    lock.close()


def test_the_bytes_outlive_the_descriptor():
    memory = SharedMemory(64)
    assert not memory.octets.any()
    array = memory.octets.view(np.float64)
    number = memory.descriptor
    memory.close()
    memory.close()
    assert memory.descriptor == -1
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(number)
    del memory
    array[7] = 1.5
    assert array.tolist() == [0.0] * 7 + [1.5]


def test_too_much():
    before = sorted(path.name for path in Path("/proc/self/fd").iterdir())
    with pytest.raises((OSError, OverflowError, ValueError)):
        SharedMemory(1 << 62)
    assert sorted(path.name for path in Path("/proc/self/fd").iterdir()) == before
