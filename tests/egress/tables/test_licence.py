import pytest

from camscan.egress.tables.licence import UNSTATED, publisher_of


@pytest.mark.parametrize(
    "kind, name, licence, attribution",
    [
        ("DBIP-Country-Lite", "DB-IP Country Lite", "CC BY 4.0", "IP Geolocation by DB-IP"),
        ("DBIP-ASN-Lite (compat=GeoLite2-ASN)", "DB-IP ASN Lite", "CC BY 4.0",
         "IP Geolocation by DB-IP"),
        ("dbip-country-lite-2026-11.csv.gz", "DB-IP Country Lite", "CC BY 4.0",
         "IP Geolocation by DB-IP"),
        ("DBIP-Location-ISP (compat=Enterprise)", "DB-IP Location-ISP",
         "DB-IP's commercial licence", ""),
        ("GeoLite2-Country", "GeoLite2 Country", "GeoLite2 EULA",
         "includes GeoLite2 data created by MaxMind"),
        ("GeoLite2-ASN", "GeoLite2 ASN", "GeoLite2 EULA",
         "includes GeoLite2 data created by MaxMind"),
        ("GeoIP2-Country", "GeoIP2-Country", "MaxMind's commercial licence", ""),
        ("ipinfo generic_lite.mmdb", "IPinfo Lite", "CC BY-SA 4.0",
         "IP address data powered by IPinfo"),
        ("ipinfo standard_location.mmdb", "ipinfo standard_location.mmdb", "IPinfo's licence",
         "IP address data powered by IPinfo"),
        ("Our\nown", "Our own", UNSTATED, ""),
        ("", "table without a name", UNSTATED, ""),
    ],
)  # fmt: skip
def test_publishers(kind, name, licence, attribution):
    found = publisher_of(kind)
    assert (found.name, found.licence, found.attribution) == (name, licence, attribution)
    if attribution:
        assert found.link.startswith("https://")


def test_a_long_name_is_cut():
    assert len(publisher_of("x" * 5000).name) == 80
