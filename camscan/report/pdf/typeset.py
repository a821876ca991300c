"""The wall around WeasyPrint: nothing is fetched, nothing is printed, its absence is explained."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
from types import ModuleType
from typing import Any

from camscan.errors import LocalFaultError

_INSTEAD = "or print the HTML report (-o html:FILE) from a browser"
_NO_LIBRARY = f"skipped: WeasyPrint is not installed: pip install 'camscan[pdf]', {_INSTEAD}"
_NO_PANGO = (
    "skipped: WeasyPrint's system library Pango is missing: on Debian and Ubuntu "
    f"apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, {_INSTEAD}"
)


def missing() -> str | None:
    """Why no PDF can be made here and what to do instead, or None."""
    try:
        _weasyprint()
    except LocalFaultError as fault:
        return str(fault)
    return None


def typeset(html: str) -> bytes:
    """`html` as a tagged PDF. Raises LocalFaultError where WeasyPrint cannot be used."""
    weasyprint = _weasyprint()
    data: bytes = _html(weasyprint, html).write_pdf(pdf_tags=True)
    return data


def pages(html: str) -> int:
    """On how many pages `html` stands. Raises LocalFaultError as `typeset` does."""
    return len(_html(_weasyprint(), html).render().pages)


def _weasyprint() -> ModuleType:
    # Without its system library it prints a text of its own, and raises OSError.
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            library = importlib.import_module("weasyprint")
        except ImportError as error:
            raise LocalFaultError(f"pdf: {_NO_LIBRARY}") from error
        except OSError as error:
            raise LocalFaultError(f"pdf: {_NO_PANGO}") from error
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return library


def _html(weasyprint: ModuleType, html: str) -> Any:
    fetcher = importlib.import_module("weasyprint.urls").URLFetcher(
        allowed_protocols=("data",), allow_redirects=False
    )
    return weasyprint.HTML(string=html, url_fetcher=fetcher)
