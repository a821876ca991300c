"""Where an event goes; the whole way to real receivers: test_watch.py."""

import json
from datetime import UTC, datetime

import pytest

from camscan.cli import alerting as module
from camscan.cli.alerting import Alerting
from camscan.cli.common import Settings
from camscan.egress.event import Event, EventKind
from camscan.errors import UsageError
from camscan.model.finding import Severity

EVENT = Event(
    kind=EventKind.FLEET,
    id="f",
    at=datetime(2026, 11, 24, tzinfo=UTC),
    severity=Severity.HIGH,
    title="three cameras\x1b[31m",
    reasons=("fleet: together",),
)


class Sender:
    name = "there"

    def __init__(self):
        self.taken = []

    def send(self, alert):
        self.taken.append(alert)

    def close(self):
        """Nothing to close."""


def test_text_for_people_without_control_characters(capsys):
    with Alerting((), Settings()) as alerting:
        alerting.tell(EVENT)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("camscan: 2026-11-24 00:00:00 UTC high three cameras")
    assert "\x1b" not in err


def test_json_lines_on_standard_output(capsys):
    with Alerting((), Settings(format="jsonl")) as alerting:
        alerting.tell(EVENT)
    out, err = capsys.readouterr()
    assert json.loads(out)["kind"] == "fleet"
    assert err == ""


def test_every_destination_gets_it(monkeypatch, capsys):
    sender = Sender()
    monkeypatch.setattr(module, "sender_of", lambda url: sender)
    with Alerting(("x:", "y:"), Settings()) as alerting:
        assert alerting.names == ("there", "there")
        alerting.tell(EVENT)
    assert [alert.kind for alert in sender.taken] == ["fleet", "fleet"]
    assert json.loads(sender.taken[0].json)["id"] == "f"


def test_a_url_that_names_nothing():
    with pytest.raises(UsageError):
        Alerting(("nonsense",), Settings())
