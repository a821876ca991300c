"""Tables from the web: only when the user types `camscan geo update` with a URL or --dbip."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from camscan.egress.tables.install import Offer
from camscan.errors import SourceError, UsageError
from camscan.net.download import Download, download, shown_url

# The free monthly tables of https://db-ip.com/db/lite.php, CC BY 4.0.
DBIP_BASE = "https://download.db-ip.com/free"
DBIP_NAMES = ("dbip-country-lite", "dbip-asn-lite")

Get = Callable[[str, Path], Download | None]
Tell = Callable[[str], None]


def fetch(url: str, into: Path, tell: Tell, get: Get = download) -> Offer:
    """Download one table. Raises UsageError for another scheme than https, else SourceError."""
    offer = _fetched(url, into, tell, get)
    if offer is None:
        raise SourceError(f"{shown_url(url)}: there is no such file")
    return offer


def fetch_dbip(
    into: Path, today: date, tell: Tell, get: Get = download, base: str = DBIP_BASE
) -> tuple[Offer, ...]:
    """DB-IP's country and ASN tables of this month, of last month where they are not out yet."""
    offers = []
    for name in DBIP_NAMES:
        urls = [f"{base}/{name}-{month}.mmdb.gz" for month in _months(today)]
        for number, url in enumerate(urls):
            offer = _fetched(url, into / f"{name}-{number}", tell, get)
            if offer is not None:
                offers.append(offer)
                break
        else:
            raise SourceError(f"{shown_url(urls[0])}: there is no such file, nor last month's")
    return tuple(offers)


def _fetched(url: str, into: Path, tell: Tell, get: Get) -> Offer | None:
    shown = shown_url(url)
    if not url.lower().startswith("https://"):
        raise UsageError(f"{shown}: only https URLs are fetched")
    tell(f"downloading {shown}")
    found = get(url, into)
    if found is None:
        tell(f"{shown}: not there")
        return None
    tell(f"{shown}: {found.bytes:,} bytes, sha256 {found.sha256}")
    day = found.modified.date() if found.modified is not None else None
    return Offer(path=found.path, name=shown.rpartition("/")[2], shown=shown, day=day)


def _months(today: date) -> tuple[str, str]:
    before = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    return f"{today:%Y-%m}", f"{before:%Y-%m}"
