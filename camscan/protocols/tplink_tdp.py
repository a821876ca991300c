"""TP-Link's TDP (UDP 20002, also 20004): Tapo, VIGI and newer Kasa cameras, hubs and plugs.

A header of 16 bytes, then JSON. Facts: python-kasa kasa/discover.py. `device_id`, `owner`,
`device_name` and the encrypted part are not read.
"""

from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import flag, ipv4_of, mac_of, port_of, scalar
from camscan.protocols.loose_json import inner, json_text, parse_object, salvage

_TEXTS = (
    "device_type", "device_model", "firmware_version", "hardware_version", "protocol_version",
    "obd_src",
)  # fmt: skip
_FLAGS = ("factory_default", "is_support_iot_cloud")


def decode(data: bytes) -> Decoded:
    """tplink.* of one answer; MALFORMED for queries (no `result`) and anything else."""
    text = json_text(data)
    if text is None:
        return malformed()
    whole = parse_object(text)
    if whole is None:
        if '"result"' not in text:
            return malformed()
        said = dict[str, object](salvage(text, ("mac", "ip", *_TEXTS, *_FLAGS)))
    else:
        said = inner(whole, "result")
    if not (scalar(said.get("device_type")) or scalar(said.get("device_model"))):
        return malformed()
    scheme = inner(said, "mgt_encrypt_schm")
    address = ipv4_of(scalar(said.get("ip")))
    found: list[tuple[str, str | None]] = [
        ("tplink.mac", mac_of(scalar(said.get("mac")))),
        ("tplink.model", scalar(said.get("device_model"))),
        ("tplink.firmware", scalar(said.get("firmware_version"))),
        ("tplink.hardware", scalar(said.get("hardware_version"))),
        ("tplink.ipv4", address),
        ("tplink.is_support_https", flag(scheme.get("is_support_https"))),
        ("tplink.http_port", port_of(scheme.get("http_port"))),
    ]
    found += [(f"tplink.{key}", scalar(said.get(key))) for key in _TEXTS]
    found += [(f"tplink.{key}", flag(said.get(key))) for key in _FLAGS]
    return Decoded(status=Status.OK, fields=pairs(found))
