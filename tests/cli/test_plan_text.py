"""The plan as a page and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from camscan.cli.plan_text import plan_json, plan_text
from camscan.cli.request import ScanOptions, ScanPlan, decide
from camscan.config import Config
from camscan.discovery.plan import Plan, estimate


def planned() -> tuple[Plan, ScanPlan]:
    options = ScanOptions(targets=("127.66.0.0/28",), exclude=("127.66.0.3",), ports="80,443")
    decided = decide(options, Config(), datetime(2026, 11, 24, tzinfo=UTC))
    plan = estimate(decided.scope, decided.ports, decided.profile, decided.interfaces)
    return plan, decided


def test_everything_that_is_signed_stands_there() -> None:
    text = plan_text(*planned())
    for part in (
        "127.66.0.0/28",
        "127.66.0.3",
        "80, 443",
        "26  TCP",
        "13  UDP port 3702",
        "13  UDP port 37810",
        "To each host found there, once",
        "1  UDP port 5353 mdns questions",
        "authorisation not recorded",
        "Agreed",
        "nothing has been sent",
    ):
        assert part in text


def test_json_counts_are_the_plan_s() -> None:
    plan, decided = planned()
    document = json.loads(plan_json(plan, decided))
    assert document["tcp_connections"] == 26
    assert document["udp_packets"] == 39
    assert document["targets"] == ["127.66.0.0/28"]


def test_listening_stands_there_and_adds_no_packet() -> None:
    options = ScanOptions(passive=90.0)
    decided = decide(options, Config(), datetime(2026, 11, 24, tzinfo=UTC))
    plan = estimate(decided.scope, decided.ports, decided.profile, decided.interfaces)
    assert (plan.tcp_connections, plan.udp_packets) == (0, 0)
    text = plan_text(plan, decided)
    assert "none: it only listens" in text
    assert "90 s on every wire of this machine; nothing is sent for it" in text
    assert json.loads(plan_json(plan, decided))["passive"] == 90.0
    assert "Listening" not in plan_text(*planned())
