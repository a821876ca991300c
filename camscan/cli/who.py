"""Who gives a command, for what is kept with it."""

from __future__ import annotations

import getpass


def this_user() -> str:
    """The name of the user of this process, `unknown` where it has none."""
    try:
        return getpass.getuser()
    except (ImportError, OSError, KeyError):  # no such user, as in a container; no pwd (Windows)
        return "unknown"
