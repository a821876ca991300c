"""SipHash against its published vectors; cookies differ by all that they cover."""

from __future__ import annotations

import numpy as np

from camscan.net.syn_cookie import Cookies

KEY = bytes(range(16))


def test_the_published_vectors_of_siphash():
    # vectors_sip64 of the reference implementation, messages 00 01 02 ... of 8 bytes.
    word = np.array([int.from_bytes(bytes(range(8)), "little")], dtype=np.uint64)
    assert Cookies(KEY).siphash([word])[0] == 0x93F5F5799A932462


def test_more_words_against_a_plain_implementation():
    words = [int.from_bytes(bytes(range(8 * n, 8 * n + 8)), "little") for n in range(3)]
    arrays = [np.array([word], dtype=np.uint64) for word in words]
    assert Cookies(KEY).siphash(arrays)[0] == plain(words)


def test_address_port_source_port_and_key_all_count():
    one = np.array([[10, 0, 0, 1], [10, 0, 0, 2]], dtype=np.uint8)
    cookies = Cookies(KEY)
    numbers = cookies.of(one, 80, 50000)
    assert numbers.dtype == np.uint32
    assert numbers[0] != numbers[1]
    assert not set(numbers) & set(cookies.of(one, 81, 50000))
    assert not set(numbers) & set(cookies.of(one, 80, 50001))
    assert not set(numbers) & set(Cookies().of(one, 80, 50000))
    assert list(cookies.of(one, np.array([80, 80], dtype=np.uint64), 50000)) == list(numbers)
    six = np.zeros((2, 16), dtype=np.uint8)
    six[1, 15] = 1
    assert len(set(cookies.of(six, 80, 50000))) == 2


def plain(words):
    """SipHash-2-4 as its paper writes it, one message at a time."""
    mask = (1 << 64) - 1
    low, high = (int.from_bytes(KEY[at : at + 8], "little") for at in (0, 8))
    v = [
        low ^ 0x736F6D6570736575,
        high ^ 0x646F72616E646F6D,
        low ^ 0x6C7967656E657261,
        high ^ 0x7465646279746573,
    ]

    def rotate(value, bits):
        return (value << bits | value >> (64 - bits)) & mask

    def turn(times):
        for _ in range(times):
            v[0] = (v[0] + v[1]) & mask
            v[1] = rotate(v[1], 13) ^ v[0]
            v[0] = rotate(v[0], 32)
            v[2] = (v[2] + v[3]) & mask
            v[3] = rotate(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & mask
            v[3] = rotate(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & mask
            v[1] = rotate(v[1], 17) ^ v[2]
            v[2] = rotate(v[2], 32)

    for word in [*words, (8 * len(words) & 0xFF) << 56]:
        v[3] ^= word
        turn(2)
        v[0] ^= word
    v[2] ^= 0xFF
    turn(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]
