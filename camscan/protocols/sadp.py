"""SADP (UDP 37020), the inquiry that Hikvision's devices and many of its OEM sets answer.

The answer is flat XML that need not be well-formed: another root (`Probematch`), bare `&`, NUL
after the end, GB18030 without saying so. So it is read element by element, not as a tree. `Salt`
and the codes of the cloud (`SafeCode`, `EZVIZCode`) are not among the elements that are read.
"""

from __future__ import annotations

import re

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import MAX_DATAGRAM, flag, ipv4_of, ipv6_of, mac_of, snake
from camscan.protocols.text import to_text

PORT = 37020

_ROOT = re.compile(r"\s{0,64}<([A-Za-z]{1,16})(?=[\s/>])")
_ANSWERS = frozenset({"probematch", "hello"})
_ELEMENT = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,63})>([^<]{0,1024})</")
_MOST_ELEMENTS = 256
# The five of XML 1.0, section 4.6; the last undoes `&amp;lt;` only once.
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_TEXTS = (
    "Types", "DeviceType", "DeviceDescription", "DeviceSN", "CommandPort", "HttpPort",
    "SDKOverTLSPort", "IPv6MaskLen", "AnalogChannelNum", "DigitalChannelNum", "SoftwareVersion",
    "DSPVersion", "BootTime", "DiskNumber", "OEMInfo", "OEMCode", "DetailOEMCode", "Encoder",
)  # fmt: skip
_FLAGS = (
    "DHCP", "Activated", "Encrypt", "ResetAbility", "PasswordResetAbility",
    "PasswordResetModeSecond", "SupportSecurityQuestion", "SupportMailBox",
    "IsModifyVerificationCode", "SyncIPCPassword", "SupportGUID", "DeviceLock",
    "SupportHCPlatform", "HCPlatformEnable", "SDKServerStatus", "SDKOverTLSServerStatus",
    "SoftwareVersionEncrypt",
)  # fmt: skip
_FOUR = ("IPv4Address", "IPv4SubnetMask", "IPv4Gateway")
_SIX = ("IPv6Address", "IPv6Gateway")
# Model, two digits on recorders, date of make, region and number, `WCVU` on recorders.
_SERIAL = re.compile(
    r"((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([A-Z]{2,8}\d{7,9})(?:[A-Z]{0,4})$"
)
_PLAIN = (
    ("sadp.model", "devicedescription"),
    ("sadp.firmware", "softwareversion"),
    ("sadp.serial", "devicesn"),
    ("sadp.http_port", "httpport"),
    ("sadp.sdk_port", "commandport"),
)


def elements(data: bytes) -> dict[str, str] | None:
    """Text of every element by lower-case name, the first of a repeated one; None for no answer.

    A query (`<Probe>`) is no answer, nor is a document without a device in it.
    """
    text = re.sub(r"^[\ufeff\s]{0,64}(?:<\?[^>]{0,256}\?>)?", "", to_text(data[:MAX_DATAGRAM]))
    root = _ROOT.match(text)
    if root is None or root.group(1).lower() not in _ANSWERS:
        return None
    found: dict[str, str] = {}
    for element in _ELEMENT.finditer(text):
        name, value = element.group(1).lower(), _plain_text(element.group(2))
        if value:
            found.setdefault(name, value)
        if len(found) >= _MOST_ELEMENTS:
            break
    return found if {"mac", "devicesn", "devicedescription"} & found.keys() else None


def _plain_text(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text.replace("\x00", "").strip()


def split_serial(serial: str) -> tuple[str, str] | None:
    """Number (`AAWRE33842150`) and date of make (`2020-04-14`) at the end of a device serial.

    The model before them is left alone: only the device says where a recorder's `04` begins.
    """
    found = _SERIAL.search(serial[-64:])
    if found is None:
        return None
    return found.group(4), "-".join(found.groups()[:3])


def decode(data: bytes) -> Decoded:
    """sadp.* of one answer or announcement (`<Hello>`); MALFORMED for queries and anything else."""
    said = elements(data)
    if said is None:
        return malformed()
    found: list[tuple[str, str | None]] = [("sadp.mac", mac_of(said.get("mac")))]
    found += [(field, said.get(name)) for field, name in _PLAIN]
    found += _addresses(said)
    found += _counted(said)
    parts = split_serial(said.get("devicesn", ""))
    if parts is not None:
        found += [("sadp.serial_short", parts[0]), ("sadp.manufacture_date", parts[1])]
    found += [(_field(name), said.get(name.lower())) for name in _TEXTS]
    found += [(_field(name), flag(said.get(name.lower(), ""))) for name in _FLAGS]
    return Decoded(status=Status.OK, fields=pairs(found))


def _field(name: str) -> str:
    return f"sadp.{snake(name)}"


def _addresses(said: dict[str, str]) -> list[tuple[str, str | None]]:
    four = {name: ipv4_of(said.get(name.lower())) for name in _FOUR}
    return [
        ("sadp.ipv4", four["IPv4Address"]),
        ("sadp.netmask", four["IPv4SubnetMask"]),
        ("sadp.gateway", four["IPv4Gateway"]),
        ("sadp.ipv6", ipv6_of(said.get("ipv6address"))),
        *((_field(name), value) for name, value in four.items()),
        *((_field(name), _six_text(said.get(name.lower(), ""))) for name in _SIX),
    ]


def _six_text(text: str) -> str | None:
    """As said, also where it is no address; None for `::`."""
    return text if text.strip(":0 ") else None


def _counted(said: dict[str, str]) -> list[tuple[str, str | None]]:
    """`0 analogue, 1 digital`: both counts together tell a camera from a recorder."""
    counts = [said.get(name, "") for name in ("analogchannelnum", "digitalchannelnum")]
    if not all(each.isascii() and each.isdigit() and len(each) < 5 for each in counts):
        return []
    return [("sadp.channels", f"{int(counts[0])} analogue, {int(counts[1])} digital")]
