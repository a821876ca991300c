"""One file from the web, for `camscan geo update URL` only: https, bounded, nothing sent along.

No proxy, no .netrc, no cookie. A redirect is followed to https only, and the user name and
password of an URL go to its own host only.
"""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import certifi
from msgspec import Struct

from camscan import __version__
from camscan.errors import SourceError, UsageError
from camscan.net.lean_httpx import httpx

MOST_BYTES = 512 << 20
MOST_REDIRECTS = 5
PATIENCE = 30.0
WITHIN = 1800.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ABSENT = frozenset({404, 410})


class Download(Struct, frozen=True, kw_only=True):
    """A file that came: where it lies, from which address (no credentials), size, digest, and
    what the server says of its age."""

    path: Path
    shown: str
    bytes: int
    sha256: str
    modified: datetime | None = None


def shown_url(url: str) -> str:
    """The URL without user, password, query and fragment: keys stand in them."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return "that URL"
    port = f":{parsed.port}" if parsed.port else ""
    host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
    return f"{parsed.scheme}://{host}{port}{parsed.path}"


def download(
    url: str,
    into: Path,
    *,
    most: int = MOST_BYTES,
    within: float = WITHIN,
    context: ssl.SSLContext | None = None,
) -> Download | None:
    """Fetch `url` to the new file `into`; None when the server says that there is no such file.

    `most` bounds the bytes, `within` the seconds in all; `context` the certificates that are
    believed (default: the system's, and certifi's where the system has none). Raises UsageError
    for another scheme than https, SourceError for whatever goes wrong out there.
    """
    shown = shown_url(url)
    client = httpx.Client(
        verify=context or _context(),
        trust_env=False,
        follow_redirects=False,
        timeout=PATIENCE,
        headers={
            "User-Agent": f"camscan/{__version__}",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        },
    )
    deadline = time.monotonic() + within
    try:
        with client, _answer(client, url) as response:
            if response is None:
                return None
            size, digest = _save(response, into, most, deadline, shown)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError) as error:
        into.unlink(missing_ok=True)
        raise SourceError(f"{shown}: {str(error) or type(error).__name__}") from error
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    return Download(
        path=into,
        shown=shown,
        bytes=size,
        sha256=digest,
        modified=_modified(response.headers.get("last-modified")),
    )


@contextmanager
def _answer(client: httpx.Client, url: str) -> Iterator[httpx.Response | None]:
    """The answer at the end of the redirects, open for reading; None when nothing is there."""
    target = httpx.URL(url)
    if target.scheme != "https" or not target.host:
        raise UsageError(f"{shown_url(url)}: only https URLs are fetched")
    for _ in range(MOST_REDIRECTS + 1):
        if target.scheme != "https" or not target.host:
            raise SourceError(f"{shown_url(url)}: leads to {shown_url(str(target))}, no https URL")
        with client.stream("GET", target) as response:
            client.cookies.clear()
            if response.status_code in _ABSENT:
                yield None
                return
            if response.status_code not in _REDIRECTS:
                if response.status_code != 200:
                    raise SourceError(f"{shown_url(url)}: HTTP {response.status_code}")
                yield response
                return
            target = _next(target, response.headers.get("location", ""))
    raise SourceError(f"{shown_url(url)}: more than {MOST_REDIRECTS} redirects")


def _next(target: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads; credentials stay with the host that they were given for."""
    found = target.join(location)
    same = (found.host, found.port) == (target.host, target.port)
    return found.copy_with(userinfo=target.userinfo if same else b"")


def _save(
    response: httpx.Response, into: Path, most: int, deadline: float, shown: str
) -> tuple[int, str]:
    stated = response.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > most:
        raise SourceError(f"{shown}: {int(stated):,} bytes, more than the {most:,} that are taken")
    digest = hashlib.sha256()
    size = 0
    with into.open("xb") as file:
        for chunk in response.iter_raw():
            size += len(chunk)
            if size > most:
                raise SourceError(f"{shown}: more than the {most:,} bytes that are taken")
            if time.monotonic() > deadline:
                raise SourceError(f"{shown}: too slow, given up after {size:,} bytes")
            digest.update(chunk)
            file.write(chunk)
    return size, digest.hexdigest()


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    return context


def _modified(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
