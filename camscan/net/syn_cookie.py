"""Sequence numbers that prove an answer: SipHash-2-4 of where a SYN went, over whole arrays.

Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012). A stranger who does not know the
key of this run cannot make an answer that is believed.
"""

from __future__ import annotations

import secrets

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]
_INITIAL = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)


class Cookies:
    """`key` is 16 bytes, by default fresh ones."""

    def __init__(self, key: bytes | None = None) -> None:
        key = secrets.token_bytes(16) if key is None else key
        low, high = (int.from_bytes(key[at : at + 8], "little") for at in (0, 8))
        self._start = tuple(
            np.uint64(word ^ (high if number % 2 else low)) for number, word in enumerate(_INITIAL)
        )

    def of(
        self, octets: npt.NDArray[np.uint8], ports: npt.NDArray[np.uint64] | int, source_port: int
    ) -> npt.NDArray[np.uint32]:
        """The sequence number of each SYN: `octets` are rows of 4 or 16 address bytes."""
        rows = np.ascontiguousarray(octets)
        if rows.shape[1] == 4:
            address = rows.view(">u4")[:, 0].astype(np.uint64)
            words = [address << np.uint64(32) | _ports(ports, source_port)]
        else:
            halves = rows.view(">u8").astype(np.uint64)
            tail = np.broadcast_to(_ports(ports, source_port), len(rows))
            words = [halves[:, 0], halves[:, 1], tail]
        return (self.siphash(words) & np.uint64(0xFFFFFFFF)).astype(np.uint32)

    def siphash(self, words: list[U64]) -> U64:
        """SipHash-2-4 of messages of 8 * len(words) bytes, one for each element."""
        size = len(words[0])
        v0, v1, v2, v3 = (np.full(size, word, dtype=np.uint64) for word in self._start)
        length = np.full(size, (8 * len(words) & 0xFF) << 56, dtype=np.uint64)
        for word in (*words, length):
            v3 ^= word
            _rounds(v0, v1, v2, v3, 2)
            v0 ^= word
        v2 ^= np.uint64(0xFF)
        _rounds(v0, v1, v2, v3, 4)
        return v0 ^ v1 ^ v2 ^ v3


def _ports(ports: npt.NDArray[np.uint64] | int, source_port: int) -> U64:
    wide = np.asarray(ports, dtype=np.uint64)
    return np.atleast_1d(wide << np.uint64(16) | np.uint64(source_port))


def _rounds(v0: U64, v1: U64, v2: U64, v3: U64, count: int) -> None:
    """SipRound, in place."""
    for _ in range(count):
        v0 += v1
        _rotate(v1, 13)
        v1 ^= v0
        _rotate(v0, 32)
        v2 += v3
        _rotate(v3, 16)
        v3 ^= v2
        v0 += v3
        _rotate(v3, 21)
        v3 ^= v0
        v2 += v1
        _rotate(v1, 17)
        v1 ^= v2
        _rotate(v2, 32)


def _rotate(value: U64, bits: int) -> None:
    left = value << np.uint64(bits)
    value >>= np.uint64(64 - bits)
    value |= left
