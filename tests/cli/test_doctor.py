"""`camscan doctor`."""

from __future__ import annotations

import json

from click.testing import CliRunner

from camscan.cli import cli
from camscan.errors import UsageError


def test_text_names_every_ability_and_the_data() -> None:
    done = CliRunner().invoke(cli, ["doctor"])
    assert done.exit_code == 0, done.output
    for word in ("raw sockets", "capture", "nmap", "scapy", "fingerprints", "DB-IP", "Interfaces"):
        assert word in done.stdout


def test_json_has_the_digest() -> None:
    document = json.loads(CliRunner().invoke(cli, ["doctor", "--format", "json"]).stdout)
    assert len(document["data"]["sha256"]) == 64
    assert {item["name"] for item in document["capabilities"]} >= {"raw sockets", "capture"}
    assert any(link["loopback"] for link in document["interfaces"])


def test_other_formats_are_refused() -> None:
    done = CliRunner().invoke(cli, ["doctor", "--format", "xml"])
    assert isinstance(done.exception, UsageError)
