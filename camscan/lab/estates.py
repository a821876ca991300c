"""The estates that ship: `district` (the demo), `small` (CI jobs), `hostile`, `inquiries`."""

from __future__ import annotations

from collections.abc import Callable

from camscan.errors import UsageError
from camscan.lab.estate import Estate, Site, populate

_DISTRICT_SITES = (
    Site("harrogate", (0, 1)),
    Site("knaresborough", (2,)),
    Site("ripon", (3, 7)),
    Site("leisure-harrogate", (4,)),
    Site("leisure-knaresborough", (5,)),
    Site("leisure-ripon", (6,)),
)
_DISTRICT_SILENT = 7
"""Ripon's depot: a firewall lets nothing through."""

_HIKVISION_BRAND = (  # 79 cameras
    ("hikvision-app-webs", 22),
    ("hikvision-webserver", 18),
    ("hikvision-onvif-off", 14),
    ("hikvision-mac-realm", 8),
    ("hikvision-ptz", 6),
    ("hikvision-dome-2014", 3),
    ("hikvision-legacy", 2),
    ("hikvision-anpr", 2),
    ("hikvision-wifi", 4),
)
_HIKVISION_OTHER_BRANDS = (  # 7 cameras
    ("annke-c800", 2),
    ("hilook-ipc", 2),
    ("hiwatch-ds-i400", 1),
    ("ezviz-h9c", 1),
)
_OTHER_MAKERS = (  # 117 cameras
    ("dahua-ipc", 18),
    ("dahua-ipc-old", 7),
    ("dahua-ptz", 3),
    ("amcrest-ipc", 4),
    ("lorex-cam", 2),
    ("uniview-ipc", 12),
    ("axis-os10", 11),
    ("axis-fw5", 5),
    ("hanwha-x", 8),
    ("samsung-snd", 3),
    ("bosch-ip", 6),
    ("bosch-inteox", 2),
    ("reolink-rlc", 6),
    ("reolink-e1", 2),
    ("tapo-c", 7),
    ("vigi-c", 2),
    ("xiongmai-old", 3),
    ("xiongmai-xm530", 4),
    ("vivotek-fd", 5),
    ("vivotek-old", 2),
    ("unifi-uvc", 5),
)
_UNKNOWN = (("unknown-631ga", 3), ("unknown-ipcam", 3), ("unknown-8080", 3))
_RECORDERS = (
    ("hikvision-nvr", 3),
    ("hikvision-dvr", 1),
    ("dahua-nvr", 1),
    ("uniview-nvr", 1),
    ("hanwha-xrn", 1),
    ("reolink-rln", 1),
)
_NOT_CAMERAS = (  # 150 devices, the gateway included
    ("pc-windows", 38),
    ("pc-windows-quiet", 12),
    ("pc-closed", 16),
    ("pc-iis", 3),
    ("pc-linux", 4),
    ("printer-hp", 12),
    ("printer-brother", 6),
    ("printer-ricoh", 5),
    ("router-goahead", 3),
    ("router-mini-httpd", 2),
    ("router-boa", 2),
    ("router-tplink", 2),
    ("router-draytek", 2),  # and the gateway
    ("switch-procurve", 5),
    ("switch-cisco", 3),
    ("nas-synology", 3),
    ("nas-qnap", 2),
    ("tv-airplay", 2),
    ("tv-airplay-554", 2),
    ("tv-samsung", 4),
    ("phone-yealink", 12),
    ("phone-grandstream", 4),
    ("vms-milestone", 1),
    ("vms-blue-iris", 1),
    ("host-vlc", 1),
    ("host-live555", 2),
)


_INQUIRIES = (
    "hikvision-app-webs",
    "dahua-ipc",
    "dahua-ipc-old",
    "xiongmai-xm530",
    "unifi-uvc",
    "tapo-c",
    "kasa-ec60",
    "reolink-e1",
    "bosch-ip",
    "bosch-inteox",
    "hanwha-x",
    "vivotek-fd",
    "sony-snc",
    "ipro-wv",
    "ipro-nx",
    "foscam-mjpeg",
    "vstarcam-c",
    "tvt-dvc",
    "flir-blackfly",
    "nicevision",
    "vision360-predator",
    "jvc-vn",
    "juan-5523",
    "pc-windows",
)


def district() -> Estate:
    """A district council: 212 cameras, 8 recorders and 150 other devices on six sites.

    86 cameras are made by Hikvision, 79 under its own name; 9 tell nothing of their maker.
    One subnet is silent.
    """
    return populate(
        "district",
        _DISTRICT_SITES,
        [
            *_HIKVISION_BRAND,
            *_HIKVISION_OTHER_BRANDS,
            *_OTHER_MAKERS,
            *_UNKNOWN,
            *_RECORDERS,
            *_NOT_CAMERAS,
        ],
        gateway="router-draytek",
        pinned=[("lts-cmip", 0)],  # told by its address block, so on-link
        seed=86,
        silent=(_DISTRICT_SILENT,),
    )


def small() -> Estate:
    """Twelve devices on two subnets: cameras of several makers, a recorder, a PC, a printer."""
    return populate(
        "small",
        (Site("office", (0,)), Site("annexe", (1,))),
        [
            ("hikvision-app-webs", 2),
            ("hikvision-onvif-off", 1),
            ("dahua-ipc", 1),
            ("axis-os10", 1),
            ("tapo-c", 1),
            ("annke-c800", 1),
            ("unknown-631ga", 1),
            ("hikvision-nvr", 1),
            ("pc-windows", 1),
            ("printer-brother", 1),
            ("router-goahead", 1),
        ],
        seed=3,
    )


def hostile() -> Estate:
    """Devices that misbehave beside two that do not: a scan must end within its bounds."""
    return populate(
        "hostile",
        (Site("rough", (0,)),),
        [
            ("hostile-endless", 1),
            ("hostile-huge", 1),
            ("hostile-redirect", 1),
            ("hostile-close", 1),
            ("hostile-rubbish", 1),
            ("hostile-drip", 1),
            ("hikvision-app-webs", 1),
            ("dahua-ipc", 1),
        ],
        seed=9,
    )


def inquiries() -> Estate:
    """One link with a device of every vendor's inquiry; most answer nothing else."""
    return populate(
        "inquiries",
        (Site("link", (0,)),),
        [(name, 1) for name in _INQUIRIES],
        seed=17,
    )


ESTATES: dict[str, Callable[[], Estate]] = {
    "district": district,
    "small": small,
    "hostile": hostile,
    "inquiries": inquiries,
}


def estate(name: str) -> Estate:
    """The estate of that name. Raises UsageError listing the names there are."""
    if name not in ESTATES:
        raise UsageError(f"no lab estate {name!r}; there are: {', '.join(sorted(ESTATES))}")
    return ESTATES[name]()
