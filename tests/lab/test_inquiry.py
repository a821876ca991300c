"""Answers to inquiries, filled in; which queries are heard, and where answers go."""

from __future__ import annotations

from typing import Any

import pytest

from camscan.errors import DataError
from camscan.lab.inquiry import FLOOD, InquirySpeaker, listening, render_reply
from camscan.lab.persona import Inquiry

DEVICE = {
    "ip": "10.66.3.17",
    "gateway": "10.66.3.1",
    "netmask": "255.255.255.0",
    "mac_plain": "4c11bf000001",
    "model": "X-1",
    "firmware": "V5.4.5 build 170123",
    "name": "Café",
    "nested": "<{model}>",
    "number": "9000",
    "tail": "{last:3:nested_model}",
    "nested_model": "the {model}",
}


def made(**settings: Any) -> Inquiry:
    return Inquiry(**{"name": "test", "port": 7000, "query": "^ask", "reply": "me", **settings})


def speaker(*inquiries: Inquiry, on_link: bool = True) -> InquirySpeaker:
    return InquirySpeaker(inquiries, DEVICE, {80: 8080}, on_link=on_link)


def rendered(text: str, asked: dict[str, str] | None = None) -> bytes:
    return render_reply(made(reply=text), DEVICE, {80: 8080}, asked or {})


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{model} {ip} {mapped:80}", "X-1 10.66.3.17 8080"),
        ("{nested}", "<X-1>"),
        ("{ip_hex:ip}", "0a420311"),
        ("0x{ip_hex_le:ip} 0x{ip_hex_le:netmask}", "0x1103420A 0x00FFFFFF"),
        ("{octets:model}", "582d31"),
        ("{text:5:model}", "582d310000"),
        ("{text:2:model}", "582d"),
        ("{text:2:}", "0000"),
        ("{octets:tail}", "582d31"),
        ("{text:5:nested}", "3c582d313e"),
        ("{length8:model} {length16:model} {length16le:model}", "03 0003 0300"),
        ("{u16:80}{u16le:80}{u32:number}{u32le:number}", "005050000000232828230000"),
        ("{u16le:mapped:80}", "901f"),
        ("{replace: build:build:firmware}", "V5.4.5build 170123"),
        ("{replace:V::firmware}", "5.4.5 build 170123"),
        ("{last:4:mac_plain}", "0001"),
        ("{octets:asked}", "6162"),
        ('{"json": {"a": 1}}', '{"json": {"a": 1}}'),
    ],
)
def test_placeholders(text: str, filled: str) -> None:
    assert rendered(text, {"asked": "ab"}).decode() == filled


def test_octets_of_a_binary_query_come_back_as_they_were() -> None:
    inquiry = made(query=r"^ask(?P<number>..)", reply="", reply_hex="ff {octets:number} 01  # end")
    answer = speaker(inquiry).reply(b"ask\xfe\x80", 5, many=False)
    assert answer is not None
    assert answer.datagrams == (b"\xff\xfe\x80\x01",)


def test_encoding_tail_and_values() -> None:
    inquiry = made(reply="{word}", encoding="gb18030", tail_hex="0a00", values={"word": "摄像机"})
    assert render_reply(inquiry, DEVICE, {}, {}) == "摄像机".encode("gb18030") + b"\n\x00"


def test_hex_that_is_none_is_an_error_of_the_data() -> None:
    with pytest.raises(DataError, match="test"):
        render_reply(made(reply="", reply_hex="{model}"), DEVICE, {}, {})


def test_queries() -> None:
    asked = speaker(made(), made(query="", query_hex="aaaa0000", reply="two"))
    assert asked.reply(b"ask me", 5, many=False) is not None
    second = asked.reply(b"\xaa\xaa\0\0", 5, many=False)
    assert second is not None
    assert second.datagrams == (b"two",)
    for data in (b"", b"answer: ask", b"\xaa\xaa\0\0\0", b"\xaa\xaa"):
        assert asked.reply(data, 5, many=False) is None
    assert speaker(made(query="")).reply(b"ask", 5, many=False) is None


@pytest.mark.parametrize(
    ("settings", "many", "group", "on_link", "heard"),
    [
        ({}, False, "", True, True),
        ({}, False, "", False, True),
        ({"unicast": False}, False, "", True, False),
        ({}, True, "", True, True),
        ({"broadcast": False}, True, "", True, False),
        ({}, True, "", False, False),
        ({}, True, "239.1.1.1", True, False),
        ({"groups": ("239.1.1.1",)}, True, "239.1.1.1", True, True),
        ({"groups": ("239.1.1.1",)}, True, "239.1.1.1", False, False),
    ],
)
def test_what_is_heard(
    settings: dict[str, Any], many: bool, group: str, on_link: bool, heard: bool
) -> None:
    answer = speaker(made(**settings), on_link=on_link).reply(b"ask", 5, many=many, group=group)
    assert (answer is not None) == heard


@pytest.mark.parametrize(
    ("settings", "target"),
    [
        ({}, (None, 5555)),
        ({"to_port": 3000}, (None, 3000)),
        ({"to": "broadcast"}, ("255.255.255.255", 7000)),
        ({"to": "broadcast", "to_port": 1758}, ("255.255.255.255", 1758)),
        ({"to": "group", "groups": ("239.1.1.1",)}, ("239.1.1.1", 7000)),
        ({"to": "group", "groups": ("239.1.1.1",), "to_group": "239.1.1.2"}, ("239.1.1.2", 7000)),
    ],
)
def test_where_answers_go(settings: dict[str, Any], target: tuple[str | None, int]) -> None:
    answer = speaker(made(**settings)).reply(b"ask", 5555, many=False)
    assert answer is not None
    assert (answer.address, answer.port) == target
    assert 0 <= answer.delay <= 0.2


def test_groups_and_broadcasts_do_not_cross_a_router() -> None:
    for settings in ({"to": "broadcast"}, {"to": "group", "groups": ("239.1.1.1",)}):
        inquiry = made(announce=1.0, **settings)
        assert speaker(inquiry, on_link=False).reply(b"ask", 5, many=False) is None
        assert speaker(inquiry, on_link=False).announcement(inquiry) is None
        assert speaker(inquiry).announcement(inquiry) is not None


@pytest.mark.parametrize(
    ("fault", "datagrams"),
    [("", (b"me",)), ("twice", (b"me", b"me")), ("cut", (b"m",)), ("flood", (b"me",) * FLOOD)],
)
def test_faults(fault: Any, datagrams: tuple[bytes, ...]) -> None:
    answer = speaker(made(fault=fault)).reply(b"ask", 5, many=False)
    assert answer is not None
    assert answer.datagrams == datagrams


def test_rubbish_is_as_long_as_the_answer() -> None:
    answer = speaker(made(fault="rubbish", reply="x" * 40)).reply(b"ask", 5, many=False)
    assert answer is not None
    assert len(answer.datagrams[0]) == 40
    assert answer.datagrams[0] != b"x" * 40


def test_groups_joined() -> None:
    devices = {
        "10.66.0.10": speaker(made(groups=("239.1.1.1",)), made(groups=("239.1.1.2",))),
        "10.66.0.11": speaker(made(groups=("239.1.1.1",))),
        "10.66.0.12": speaker(made()),
    }
    assert listening(devices) == {"239.1.1.1", "239.1.1.2"}
