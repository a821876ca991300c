"""Whose a table is, by the type that its file states: name, licence, whom to credit.

Sources: MaxMind GeoLite2 EULA (attribution), https://db-ip.com/db/lite.php (attribution with a
link on pages that show results), https://ipinfo.io/developers/ipinfo-lite-database.
"""

from __future__ import annotations

import re

from msgspec import Struct

UNSTATED = "licence not stated in the file"


class Publisher(Struct, frozen=True, kw_only=True):
    """What a report prints about a kind of table."""

    name: str
    licence: str = UNSTATED
    attribution: str = ""
    link: str = ""


_CC_BY, _CC_BY_SA = "CC BY 4.0", "CC BY-SA 4.0"
_MAXMIND = "https://www.maxmind.com"
_IPINFO = "https://ipinfo.io"


def publisher_of(database_type: str) -> Publisher:
    """What is known of an MMDB `database_type`, or of the name of a CSV file.

    `GeoLite2-Country`, `DBIP-ASN-Lite (compat=GeoLite2-ASN)`, `ipinfo generic_country_lite.mmdb`.
    """
    # A stranger's text: one line, bounded.
    stated = " ".join(database_type.split())[:80]
    plain = re.sub(r" \(compat=.*", "", stated)
    words = plain.lower()
    if words.startswith(("dbip-", "dbip ")):
        if "lite" in words:
            name = f"DB-IP {_what(words)} Lite"
            return Publisher(
                name=name,
                licence=_CC_BY,
                attribution="IP Geolocation by DB-IP",
                link="https://db-ip.com",
            )
        return Publisher(name=f"DB-IP {plain[5:]}", licence="DB-IP's commercial licence")
    if words.startswith("geolite2"):
        return Publisher(
            name=f"GeoLite2 {_what(words)}",
            licence="GeoLite2 EULA",
            attribution="includes GeoLite2 data created by MaxMind",
            link=_MAXMIND,
        )
    if words.startswith("geoip2"):
        return Publisher(name=plain, licence="MaxMind's commercial licence", link=_MAXMIND)
    if words.startswith("ipinfo"):
        free = "lite" in words or "free" in words
        return Publisher(
            name="IPinfo Lite" if "lite" in words else plain,
            licence=_CC_BY_SA if free else "IPinfo's licence",
            attribution="IP address data powered by IPinfo",
            link=_IPINFO,
        )
    return Publisher(name=plain or "table without a name")


def _what(words: str) -> str:
    for word in ("country", "city", "asn"):
        if word in words:
            return "ASN" if word == "asn" else word.capitalize()
    return ""
