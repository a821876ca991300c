"""The wall around WeasyPrint: nothing is fetched, nothing is printed, its absence is explained."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
from types import ModuleType
from typing import Any

from camscan.errors import LocalFaultError
from camscan.report.pdf.tags import mend

_NO_LIBRARY = "WeasyPrint is not installed: pip install 'camscan[pdf]'"
_NO_PANGO = (
    "WeasyPrint's system library Pango is missing: on Debian and Ubuntu "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation"
)


def missing() -> str | None:
    """Which package is missing to make a PDF here, or None."""
    try:
        _weasyprint()
    except LocalFaultError as fault:
        return str(fault)
    return None


def typeset(html: str) -> bytes:
    """`html` as a PDF that declares PDF/UA-1. Raises LocalFaultError where WeasyPrint cannot be
    used."""
    weasyprint = _weasyprint()
    data: bytes = _html(weasyprint, html).write_pdf(pdf_variant="pdf/ua-1", finisher=mend)
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
            raise LocalFaultError(_NO_LIBRARY) from error
        except OSError as error:
            raise LocalFaultError(_NO_PANGO) from error
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return library


def _html(weasyprint: ModuleType, html: str) -> Any:
    fetcher = importlib.import_module("weasyprint.urls").URLFetcher(
        allowed_protocols=("data",), allow_redirects=False
    )
    return weasyprint.HTML(string=html, url_fetcher=fetcher)
