from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.decoded import Decoded
from camscan.protocols.registry import DECODERS


def test_names() -> None:
    assert set(DECODERS) == {
        "http", "rtsp", "wsd", "onvif", "tls", "ftp", "telnet", "ssh", "snmp", "sip",
        "bosch", "hanwha", "panasonic", "sony", "vivotek", "vstarcam", "foscam", "gige",
        "nicevision", "360vision", "tvt", "juan", "jvc",
        "sadp", "dhip", "dahua1", "xm", "ubnt", "tplink-tdp", "tplink-xor", "reolink",
        "reolink-bcudp",
        "ssdp", "upnp", "mdns", "dhcp",
    }  # fmt: skip


@pytest.mark.parametrize("name", DECODERS)
def test_nothing_decodes_to_nothing(name: str) -> None:
    assert DECODERS[name](b"").fields == ()


@given(st.sampled_from(sorted(DECODERS)), st.binary(max_size=500))
def test_fuzz_every_decoder(name: str, data: bytes) -> None:
    decoded = DECODERS[name](data)
    assert isinstance(decoded, Decoded)
    assert len(set(decoded.fields)) == len(decoded.fields)
    for field, value in decoded.fields:
        assert value == value.strip()
        assert value
        assert "." in field
