"""Messages on standard error."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from camscan.cli.common import Settings
from camscan.cli.message import fault, say, tell_record, wants_json
from camscan.inventory.journal import Answered, BlockSwept, SawPort, Touched
from camscan.model.contact import Contact
from camscan.model.contact_round import RoundBegan
from camscan.model.device import Port

CONTACT = Touched(
    contact=Contact(
        at=datetime(2026, 11, 24, tzinfo=UTC),
        address="10.0.0.1",
        port=80,
        transport="tcp",
        query="http GET /",
    )
)


def test_text_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    say("hello")
    assert capsys.readouterr().err == "camscan: hello\n"
    say("hello", level="warning", json_lines=True)
    document = json.loads(capsys.readouterr().err)
    assert (document["level"], document["message"]) == ("warning", "hello")


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--log-format", "json", "scan"], True),
        (["scan", "--log-format=json"], True),
        (["scan", "--log-format", "text"], False),
        (["scan"], False),
    ],
)
def test_faults_before_the_options_are_parsed(
    arguments: list[str],
    wanted: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert wants_json(arguments) is wanted
    monkeypatch.setattr("sys.argv", ["camscan", *arguments])
    fault("broken")
    assert capsys.readouterr().err.startswith("{" if wanted else "camscan: ")


ROUND = RoundBegan(
    id="a-1",
    at=CONTACT.contact.at,
    port=554,
    transport="tcp",
    query="tcp syn",
    addresses=("10.0.0.0-10.0.15.255", "10.9.0.1"),
)


def test_verbosity(capsys: pytest.CaptureFixture[str]) -> None:
    def told(verbose: int) -> str:
        port = Port(port=80, transport="tcp", service="http", status="open")
        for record in (
            Answered(address="10.0.0.1"),
            SawPort(address="10.0.0.1", port=port),
            CONTACT,
            ROUND,
            BlockSwept(first=0, last=1),
        ):
            tell_record(record, Settings(verbose=verbose))
        return capsys.readouterr().err

    assert told(0) == ""
    assert told(1).splitlines() == [
        "camscan: 10.0.0.1 answered",
        "camscan: 10.0.0.1 80/tcp open (http)",
    ]
    assert "http GET / to 10.0.0.1 80/tcp" in told(2)
    assert "tcp syn to 10.0.0.0-10.0.15.255, 10.9.0.1 554/tcp" in told(2)
