"""The structures of sendmmsg(2) and recvmmsg(2), and sendmmsg itself (Linux)."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


class Iovec(ctypes.Structure):
    """struct iovec."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Head(ctypes.Structure):
    """struct msghdr of 64-bit Linux."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class Message(ctypes.Structure):
    """struct mmsghdr."""

    _fields_ = (("head", Head), ("length", ctypes.c_uint32))


@cache
def call(name: str) -> Callable[..., int]:
    """`sendmmsg` or `recvmmsg` of the C library; ctypes.get_errno() says what went wrong."""
    function: Callable[..., int] = getattr(ctypes.CDLL(None, use_errno=True), name)
    return function
