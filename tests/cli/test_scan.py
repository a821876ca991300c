"""`camscan scan`: what it prints and leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
from click.testing import CliRunner

from camscan.cli import cli
from camscan.errors import UsageError
from camscan.model.run import Run


def scan(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    options = ["--db", str(tmp_path / "camscan.db"), "--quiet"]
    done = CliRunner().invoke(cli, ["scan", *arguments, *options], standalone_mode=False)
    assert done.exception is None, done.output
    assert isinstance(done.return_value, int)
    return done.return_value, done.stdout


def test_an_empty_network_is_not_reached_and_valid(tmp_path: Path) -> None:
    code, text = scan(tmp_path, "127.66.99.0/29", "--ports", "80", "-o", "json:-")
    document = json.loads(text)
    jsonschema.Draft202012Validator(msgspec.json.schema(Run)).validate(document)
    assert code == 0
    assert document["run"]["status"] == "complete"
    assert document["devices"] == []
    assert document["coverage"]["subnets"][0]["state"] == "not-reached"
    assert document["run"]["scope"]["targets"] == ["127.66.99.0/29"]


def test_require_complete_and_authority(tmp_path: Path) -> None:
    code, text = scan(
        tmp_path,
        "127.66.99.1",
        "--ports",
        "80",
        "--require-complete",
        "--authorised-by",
        "IT",
        "-o",
        "json:-",
    )
    assert code == 3
    assert json.loads(text)["run"]["authorised_by"]["name"] == "IT"


def test_latest_finds_the_run_and_its_contacts(tmp_path: Path) -> None:
    scan(tmp_path, "127.66.99.1", "--ports", "80,81")
    done = CliRunner().invoke(
        cli, ["report", "latest", "--format", "contacts", "--db", str(tmp_path / "camscan.db")]
    )
    queries = [line.split(",")[1:] for line in done.stdout.splitlines()[1:]]
    assert ["127.66.99.1", "80", "tcp", "tcp connect"] in queries
    assert ["127.66.99.1", "81", "tcp", "tcp connect"] in queries


def test_recorded_evidence_is_judged_with_the_scan(tmp_path: Path) -> None:
    path = tmp_path / "recorded.jsonl"
    path.write_text('{"target": "127.66.99.1", "field": "http.server", "value": "App-webs/"}\n')
    _, text = scan(
        tmp_path, "127.66.99.1", "--ports", "80", "--evidence", str(path), "-o", "json:-"
    )
    run = json.loads(text)
    assert run["devices"][0]["maker"]["id"] == "hikvision"
    assert run["run"]["scope"]["sources"] == [str(path)]


def test_plan_sends_nothing_and_leaves_no_run(tmp_path: Path) -> None:
    code, text = scan(tmp_path, "127.66.99.0/29", "--plan")
    assert code == 0
    assert "nothing has been sent" in text
    assert not (tmp_path / "runs").exists()


def test_a_plan_is_text_or_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["scan", "127.66.99.0/29", "--plan", "--format", "csv"])
    assert isinstance(done.exception, UsageError)
    _, text = scan(tmp_path, "127.66.99.0/29", "--plan", "--format", "json")
    assert json.loads(text)["addresses"] == 6


def test_a_lease_of_a_silent_address_is_no_device(tmp_path: Path) -> None:
    path = tmp_path / "neigh"
    path.write_text("127.66.99.2 dev eth0 lladdr c0:56:e3:00:00:01 STALE\n")
    _, text = scan(
        tmp_path, "127.66.99.0/29", "--ports", "80", "--evidence", str(path), "-o", "json:-"
    )
    assert json.loads(text)["devices"] == []


def test_ports_of_a_file_reach_the_run_and_a_run_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "masscan.json"
    ports = [{"port": 8000, "proto": "tcp", "status": "open"}]
    path.write_text(json.dumps([{"ip": "127.66.99.1", "timestamp": "1", "ports": ports}]))
    _, text = scan(
        tmp_path, "127.66.99.1", "--ports", "80", "--evidence", str(path), "-o", "json:-"
    )
    (found,) = json.loads(text)["devices"]
    opened = {"port": 8000, "transport": "tcp", "service": None, "status": "open"}
    assert opened in found["ports"]
    (journal,) = (tmp_path / "runs").iterdir()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(line for line in lines if b'"type":"ended"' not in line))
    path.unlink()
    db = ["--db", str(tmp_path / "camscan.db"), "--quiet", "--format", "json"]
    done = CliRunner().invoke(cli, ["scan", "--resume", "latest", *db], standalone_mode=False)
    assert opened in json.loads(done.stdout)["devices"][0]["ports"]


def test_vantage_catalogue_and_networks_reach_the_run(tmp_path: Path) -> None:
    config, kev = tmp_path / "camscan.toml", tmp_path / "kev.json"
    config.write_text(
        '[[networks]]\nname = "Guests"\ncidr = "127.66.0.0/16"\nreaches_cameras = false\n'
    )
    entry = {"cveID": "CVE-2026-0629", "dateAdded": "2026-11-01"}
    kev.write_text(json.dumps({"catalogVersion": "2026.11.27", "vulnerabilities": [entry]}))
    told = tmp_path / "told.jsonl"
    line = {"target": "127.66.99.1", "field": "onvif.manufacturer", "value": "TP-Link"}
    told.write_text(json.dumps(line) + "\n")
    options = ["--config", str(config), "--vantage", "Guests", "--evidence", str(told)]
    options += ["--kev-file", str(kev)]
    _, text = scan(tmp_path, "127.66.99.1", "--ports", "80", *options, "-o", "json:-")
    run = json.loads(text)
    assert run["run"]["scope"]["vantage"] == "Guests"
    skips = {skip["what"]: skip["reason"] for skip in run["coverage"]["skips"]}
    assert "where cameras belong" in skips["misplaced-camera"]
    assert "reachable-camera" not in skips, "it was asked from there"
    kev.write_text("[]")
    done = CliRunner().invoke(cli, ["scan", "127.66.99.1", "--kev-file", str(kev)])
    assert "no KEV catalogue" in str(done.exception), "before anything is sent"
