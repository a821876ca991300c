from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from camscan.egress.tables.fetch import fetch, fetch_dbip
from camscan.errors import SourceError, UsageError
from camscan.net.download import Download, shown_url


class Web:
    """Has the URLs that it is given; remembers what was asked."""

    def __init__(self, *urls):
        self.urls = urls
        self.asked = []

    def __call__(self, url, into):
        self.asked.append(url)
        if url not in self.urls:
            return None
        into.write_bytes(b"data")
        return Download(
            path=into,
            shown=shown_url(url),
            bytes=4,
            sha256="ab" * 32,
            modified=datetime(2026, 11, 3, tzinfo=UTC),
        )


def test_one_url_is_shown_without_its_key(tmp_path):
    url = "https://key:secret@example.net/data/ipinfo_lite.csv.gz?token=secret"
    said = []
    offer = fetch(url, tmp_path / "x", said.append, Web(url))
    assert (offer.name, offer.day) == ("ipinfo_lite.csv.gz", date(2026, 11, 3))
    assert offer.shown == "https://example.net/data/ipinfo_lite.csv.gz"
    assert "secret" not in "\n".join([*said, offer.shown])
    assert "sha256 " + "ab" * 32 in said[-1]


def test_nothing_there_and_other_schemes(tmp_path):
    with pytest.raises(SourceError, match="there is no such file"):
        fetch("https://example.net/x", tmp_path / "x", print, Web())
    web = Web()
    for url in ("http://example.net/x", "file:///etc/passwd", "ftp://example.net/x"):
        with pytest.raises(UsageError, match="only https"):
            fetch(url, tmp_path / "x", print, web)
    assert web.asked == []


BASE = "https://dbip.test/free"


@pytest.mark.parametrize(
    "today, there, month",
    [
        (date(2026, 11, 27), "2026-11", "2026-11"),
        (date(2026, 11, 1), "2026-10", "2026-10"),
        (date(2027, 1, 1), "2026-12", "2026-12"),
    ],
)
def test_dbip_of_this_month_or_the_last(tmp_path, today, there, month):
    names = [f"dbip-{what}-lite-{there}.mmdb.gz" for what in ("country", "asn")]
    web = Web(*(f"{BASE}/{name}" for name in names))
    offers = fetch_dbip(tmp_path, today, lambda text: None, web, BASE)
    assert [offer.name for offer in offers] == names
    assert all(Path(offer.path).exists() for offer in offers)
    assert all(url.startswith(f"{BASE}/dbip-") for url in web.asked)


def test_dbip_of_neither_month(tmp_path):
    with pytest.raises(SourceError, match="nor last month's"):
        fetch_dbip(tmp_path, date(2026, 11, 27), lambda text: None, Web(), BASE)
