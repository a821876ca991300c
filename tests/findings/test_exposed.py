import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from camscan.findings import certificates
from camscan.findings.exposed import (
    ALL,
    READ,
    essence,
    exposure,
    heard_at,
    own_answers,
    ports_text,
    records,
    told,
    unheard,
    video,
)
from camscan.findings.registry import EXPOSURE_RULES
from camscan.matching.load import load
from camscan.model.evidence import NO_TIME
from camscan.model.finding import Severity

AT = datetime(2026, 11, 24, 2, 13, tzinfo=UTC)


def test_only_what_is_known_to_be_video_is_looked_at(make_device, make_run):
    kinds = ("camera", "recorder", "encoder", "intercom", "vms", "other", None)
    devices = [make_device(f"10.0.0.{n}", kind=kind) for n, kind in enumerate(kinds, 1)]
    assert [d.addresses[0] for d in video(make_run(devices, []))] == [
        f"10.0.0.{n}" for n in range(1, 6)
    ]


def test_answers_to_our_own_probe_are_told_apart(make_device, said):
    device = said(
        make_device("10.0.0.1"),
        ("onvif.model", "A", "onvif", 80),
        ("onvif.model", "B", "pcap", 80),
    )
    assert [item.value for item in records(device, "onvif.model")] == ["A", "B"]
    assert [item.value for item in own_answers(device, "onvif", "onvif.model")] == ["A"]


def test_what_has_no_time_was_heard_when_it_was_read(make_device, said, asked_for):
    device = said(make_device("10.0.0.1"), ("a.b", "c", "d", None), at=NO_TIME)
    run = asked_for([device])
    assert heard_at(device.evidence[0], run) == run.run.started
    timed = msgspec.structs.replace(device.evidence[0], at=AT)
    assert heard_at(timed, run) == AT


def test_one_finding(make_device, said):
    device = said(make_device("10.0.0.1"), ("a.b", "c", "d", 80), ("a.b", "e", "d", 80))
    first, second = device.evidence
    found = exposure(
        "a-rule", Severity.LOW, device, "does so", detail="d", advice="a",
        evidence=[first, second, first],
    )  # fmt: skip
    assert found.title == "Hikvision camera 10.0.0.1 (Ripon) does so"
    assert found.evidence == ("e1", "e2")
    assert found.device == device.id


def test_a_reason_that_holds_for_all_stands_once(make_device, make_run):
    devices = [make_device(f"10.0.0.{n}") for n in (1, 2, 3)]
    (whole,) = unheard("a-rule", make_run(devices, []), lambda _: "not asked")
    assert (whole.subject, whole.what, whole.reason) == (ALL, "a-rule", "not asked")
    (some,) = unheard(
        "a-rule",
        make_run(devices, []),
        lambda device: "not asked" if device.addresses[0] != "10.0.0.2" else None,
    )
    assert (some.subject, some.reason) == ("2 devices", "not asked: 10.0.0.1, 10.0.0.3")
    (one,) = unheard("a-rule", make_run(devices[:1], []), lambda _: "not asked")
    assert (one.subject, one.reason) == ("1 device", "not asked: 10.0.0.1")
    assert list(unheard("a-rule", make_run([], []), lambda _: "not asked")) == []


def test_what_a_device_says_is_one_short_line():
    assert told(None) == told("") == "?"
    assert told("CN=a\r\nb\x1b[31m\u202e") == "CN=a  b [31m "
    assert told("x" * 161) == "x" * 160 + "…"
    assert told("x" * 160) == "x" * 160


def test_ports_in_words():
    assert ports_text([]) == ports_text([None]) == ""
    assert ports_text([443, None, 443]) == "port 443"
    assert ports_text([8443, 80, 443]) == "ports 80, 443 and 8443"


def test_the_essence_holds_every_field_that_a_rule_reads(make_device, said, make_run):
    """A field that a rule names and the essence lacks would be lost without a word."""
    names = re.compile(r'"((?:[a-z0-9]+)\.[a-z0-9_]+(?:\.[a-z0-9]+)?)"')
    known = load().vocabulary
    read = {
        field
        for rule in EXPOSURE_RULES
        for module in (type(rule).__module__, certificates.__name__)
        for field in names.findall(Path(sys.modules[module].__file__).read_text("utf-8"))
        if known.knows(field)
    }
    assert read | {"telnet.banner", "ftp.banner"} == READ
    told = [(field, "x", "m", 1) for field in (*sorted(READ), "sadp.model", "onvif.namespace")]
    devices = [
        said(make_device("10.0.0.1"), *told),
        said(make_device("10.0.0.2", kind="other"), *told),
    ]
    (kept,) = essence(make_run(devices, [])).devices
    assert {item.field for item in kept.evidence} == READ
