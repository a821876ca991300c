"""Labels of classic BPF."""

from __future__ import annotations

import pytest

from camscan.net.bpf_assembler import ACCEPT, DROP, NEXT, assemble


def test_labels_become_distances() -> None:
    program = assemble(
        [(0x28, 12), (0x15, 6, "six", NEXT), (0x15, 4, ACCEPT, DROP), "six", (0x28, 1)]
    )
    assert program == (
        (0x28, 0, 0, 12),
        (0x15, 1, 0, 6),
        (0x15, 1, 2, 4),
        (0x28, 0, 0, 1),
        (0x06, 0, 0, 0x40000),
        (0x06, 0, 0, 0),
    )


def test_a_jump_that_reaches_too_far() -> None:
    with pytest.raises(ValueError, match="255"):
        assemble([(0x15, 1, ACCEPT, NEXT), *[(0x28, 0)] * 256])
