"""TP-Link's older inquiry (UDP 9999, Kasa): JSON, each byte XORed with the one before it.

Facts: python-kasa kasa/transports/xortransport.py. Answers hold the owner's coordinates, the name
given to the device and cloud identifiers: none of them is read.
"""

from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import MAX_DATAGRAM, mac_of, scalar
from camscan.protocols.loose_json import inner, json_text, parse_object, salvage

PORT = 9999

_START = 171
_TEXTS = ("model", "type", "mic_type", "sw_ver", "hw_ver", "dev_name")


def decrypt(data: bytes) -> bytes:
    """The text: every byte XOR the encrypted byte before it, the first XOR 171."""
    keys = bytes([_START]) + data[:-1]
    return bytes(one ^ key for one, key in zip(data, keys, strict=True)) if data else b""


def encrypt(text: bytes) -> bytes:
    """The inverse of `decrypt`."""
    found = bytearray()
    key = _START
    for byte in text:
        key ^= byte
        found.append(key)
    return bytes(found)


def decode(data: bytes) -> Decoded:
    """tplink.* of one answer; MALFORMED for the query (it names nothing) and anything else."""
    plain = decrypt(data[:MAX_DATAGRAM])
    text = json_text(plain) if plain.lstrip()[:1] == b"{" else None
    if text is None:
        return malformed()
    whole = parse_object(text)
    if whole is None:
        said = dict[str, object](salvage(text, ("mac", "mic_mac", *_TEXTS)))
    else:
        said = inner(whole, "system", "get_sysinfo")
        # Cameras say it one level deeper than plugs.
        said = inner(said, "system") or said
    kind = scalar(said.get("type")) or scalar(said.get("mic_type"))
    model = scalar(said.get("model"))
    if kind is None and model is None:
        return malformed()
    mac = mac_of(scalar(said.get("mac"))) or mac_of(scalar(said.get("mic_mac")))
    found: list[tuple[str, str | None]] = [
        ("tplink.mac", mac),
        ("tplink.model", model),
        ("tplink.firmware", scalar(said.get("sw_ver"))),
        ("tplink.hardware", scalar(said.get("hw_ver"))),
        ("tplink.type", kind),
    ]
    found += [(f"tplink.{key}", scalar(said.get(key))) for key in _TEXTS]
    return Decoded(status=Status.OK, fields=pairs(found))
