"""httpx without its command line, which would import rich and pygments into every scan.

httpx does without where `httpx._main` cannot be imported: so it may not, while it is loaded.
"""

from __future__ import annotations

import sys
from typing import Any

_MAIN = "httpx._main"
_modules: dict[str, Any] = sys.modules
_hidden = _MAIN not in _modules
if _hidden:
    _modules[_MAIN] = None  # what the import system takes for "there is none"
try:
    import httpx
finally:
    if _hidden:
        del _modules[_MAIN]

__all__ = ["httpx"]
