"""Servers outside that simulated traffic goes to: makers' clouds and what people browse."""

from __future__ import annotations

import msgspec


class Cloud(msgspec.Struct, frozen=True):
    """A maker's server: name, an address for the DNS answer, port, octets out and in."""

    name: str
    address: str
    port: int = 443
    sent: int = 900
    received: int = 4_000


# Names: public firmware notes and vendors' own pages; addresses: public cloud ranges in which such
# services run (AWS Ireland and Frankfurt, Azure), not the services' own.
CLOUDS: dict[str, tuple[Cloud, ...]] = {
    "hikvision": (Cloud("litedev.hik-connect.com", "34.248.71.12"),),
    "dahua": (Cloud("www.easy4ipcloud.com", "18.196.47.30", 10001),),
    "reolink": (
        Cloud("pushx.reolink.com", "34.250.16.91"),
        Cloud("devices-apis.reolink.com", "52.208.10.20", 443, 700, 24_000),
    ),
    "tp-link": (
        Cloud("n-devs-dcipc.tplinkcloud.com", "52.209.88.7"),
        Cloud("n-device-api.tplinkcloud.com", "34.252.4.118"),
    ),
    "uniview": (Cloud("en.ezcloud.uniview.com", "18.197.22.201"),),
    "axis": (Cloud("prod.adm.connect.axis.com", "40.127.155.231"),),
    "ubiquiti": (Cloud("fw-update.ubnt.com", "52.16.7.220", 443, 700, 60_000),),
}
BROWSED: tuple[tuple[str, str], ...] = (
    ("www.bbc.co.uk", "212.58.237.1"),
    ("www.gov.uk", "151.101.0.144"),
    ("github.com", "140.82.121.4"),
    ("www.baidu.com", "220.181.38.148"),
    ("yandex.ru", "5.255.255.242"),
    ("outlook.office365.com", "52.97.211.82"),
    ("www.aliexpress.com", "47.254.150.10"),
    ("www.lemonde.fr", "151.101.2.217"),
)
