"""The limit on open files, raised as far as this user may, and the window it allows."""

from __future__ import annotations

import sys

from msgspec import Struct

_ENOUGH = 65536
_MACOS_OPEN_MAX = 10240  # OPEN_MAX of <sys/syslimits.h>; setrlimit refuses more
_WINDOWS_SOCKETS = 500  # FD_SETSIZE of CPython's select() is 512
_RESERVE = 128  # stdio, database, captures, libraries


class Window(Struct, frozen=True):
    """How many sweep connections and how many probe connections may be open at once."""

    touches: int
    probes: int


def raise_limit() -> int:
    """Raise the soft limit on open files to the hard one; return what holds now."""
    if sys.platform == "win32":
        return _WINDOWS_SOCKETS + _RESERVE
    try:
        import resource
    except ImportError:
        return _WINDOWS_SOCKETS + _RESERVE

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    ceiling = _MACOS_OPEN_MAX if sys.platform == "darwin" else _ENOUGH
    wanted = ceiling if hard == resource.RLIM_INFINITY else min(hard, ceiling)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return _ENOUGH if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        return soft  # a sandbox may refuse even what the hard limit allows
    return wanted


def window(limit: int) -> Window:
    """Share `limit` descriptors: a quarter for probes (at most 1,024), the rest for the sweep."""
    usable = max(limit - _RESERVE, 16)
    probes = min(1024, usable // 4)
    return Window(touches=min(16384, usable - probes), probes=probes)
