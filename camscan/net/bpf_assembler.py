"""Classic BPF programs written with labels (socket(7) SO_ATTACH_FILTER, <linux/filter.h>)."""

from __future__ import annotations

from collections.abc import Sequence

ACCEPT, DROP, NEXT = "accept", "drop", ""
"""Where a jump may go beside a label of the program; NEXT is the line below."""

Line = tuple[int, int] | tuple[int, int, str, str] | str
"""Code and operand; of a jump also its two ends. A label stands as a string."""
Program = tuple[tuple[int, int, int, int], ...]
"""Code, jump if true, jump if false, operand."""

JUMP = 0x05
"""The code of an unconditional jump, written with one label as both of its ends."""

_RET = 0x06
_WHOLE = 0x40000  # octets of a frame that pass
_FARTHEST = 255


def assemble(lines: Sequence[Line]) -> Program:
    """The program; whole frames are accepted. ValueError for a jump beyond 255 lines, which only
    JUMP with its one end may take."""
    places: dict[str, int] = {}
    plain: list[tuple[int, int] | tuple[int, int, str, str]] = []
    for line in lines:
        if isinstance(line, str):
            places[line] = len(plain)
        else:
            plain.append(line)
    places[ACCEPT], places[DROP] = len(plain), len(plain) + 1
    program: list[tuple[int, int, int, int]] = []
    for at, line in enumerate(plain):
        true, false = [places[name] - at - 1 if name else 0 for name in line[2:]] or (0, 0)
        if line[0] == JUMP:
            program.append((JUMP, 0, 0, true))
            continue
        if max(true, false) > _FARTHEST:
            raise ValueError("a jump of classic BPF reaches 255 lines")
        program.append((line[0], true, false, line[1]))
    return (*program, (_RET, 0, 0, _WHOLE), (_RET, 0, 0, 0))
