from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import sony
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import assert_says, by_field, expected, raw

SAMPLE = raw("sony")


def packet(*items: str) -> bytes:
    return b"\x02" + b"".join(item.encode() + b"\xff" for item in items) + b"\x03"


def test_recording() -> None:
    said = sony.decode(SAMPLE)
    assert_says(said, expected("sony", "sony"))
    # `GATEWAY` has no colon in the recording, and DNS1 no value.
    assert not {"sony.gateway", "sony.dns"} & by_field(said).keys()


def test_value_with_colons_is_whole() -> None:
    said = by_field(sony.decode(packet("MAC:00:01:4a:00:00:01", "NAME:gate: north:2")))
    assert said == {"sony.mac": ["00:01:4a:00:00:01"], "sony.name": ["gate: north:2"]}


def test_answer_to_the_other_question_says_so() -> None:
    said = by_field(sony.decode(packet("MAC:00-01-4a-00-00-01", "INFO:network", "MODEL:IPCARD")))
    assert said["sony.info"] == ["network"]


@pytest.mark.parametrize("question", ["ENQ:allinfo", "ENQ:network"])
def test_questions_are_no_answers(question: str) -> None:
    assert sony.decode(packet(question)) == malformed()
    assert sony.decode(packet("MAC:00-01-4a-00-00-01", question)) == malformed()


def test_a_setting_is_no_answer() -> None:
    setting = packet("SETMAC:00-01-4a-00-00-01", "IPADR:192.0.2.1", "NAME:x")
    assert sony.decode(setting) == malformed()


def test_unlisted_keys_are_not_kept() -> None:
    said = by_field(sony.decode(packet("MODEL:SNC-EP520", "PASSWORD:geheim")))
    assert said == {"sony.model": ["SNC-EP520"]}


def test_first_of_two_values_counts() -> None:
    said = by_field(sony.decode(packet("MODEL:SNC-EP520", "MODEL:SNC-CH110")))
    assert said["sony.model"] == ["SNC-EP520"]


@pytest.mark.parametrize("data", [b"", b"\x02", b"\x02\xff\x03", b"MAC:00-01-4a-00-00-01\xff"])
def test_junk(data: bytes) -> None:
    assert sony.decode(data) == malformed()


@given(st.binary(max_size=300))
def test_fuzz_decode(data: bytes) -> None:
    for sent in (data, b"\x02" + data, b"\x02MODEL:" + data, SAMPLE[:20] + data):
        assert all(field.startswith("sony.") for field, _ in sony.decode(sent).fields)
