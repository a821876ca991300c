import json
from datetime import UTC, datetime

import msgspec
import pytest
from click.testing import CliRunner

from camscan.cli import cli
from camscan.errors import UsageError
from camscan.model.conversation import Conversation, Direction, Verdict
from camscan.model.coverage import Coverage
from camscan.model.run import DataVersion, Run, RunInfo, RunStatus, ScopeRecord, Tool

AT = datetime(2026, 11, 24, 2, 13, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    reasons = (
        "not-listed: 36.110.1.1 is no known destination of Hikvision or any other maker",
        "foreign-country: 36.110.1.1 is located in CN (DB-IP, 2026-06-01)",
        "named: called by the name \x1b[31mevil",
    )
    one = Conversation(
        id="c0ffee000001", device=None, address="10.0.0.1", peer="36.110.1.1", port=443,
        protocol="tcp", name=None, name_source=None, country="CN", asn=None, organisation=None,
        direction=Direction.OUT, packets_out=1, packets_in=1, bytes_out=None, bytes_in=7, first=AT,
        last=AT, count=3, verdict=Verdict.UNEXPECTED, reasons=reasons, source="netflow",
    )  # fmt: skip
    other = msgspec.structs.replace(one, id="c0ffee000002", verdict=Verdict.INTERNAL, reasons=())
    run = Run(
        tool=Tool(version="0", data=DataVersion(version="1", sha256="0", date="2026-11-24")),
        run=RunInfo(
            id="r", started=AT, ended=AT, status=RunStatus.COMPLETE, site=None,
            scope=ScopeRecord(), authorised_by=None,
        ),
        coverage=Coverage(),
        conversations=(one, other),
    )  # fmt: skip
    file = tmp_path / "run.json"
    file.write_bytes(msgspec.json.encode(run))
    return str(file)


def call(*words):
    return CliRunner().invoke(cli, ["explain", *words])


def test_reasons_and_what_they_add_up_to(path):
    result = call("--flow", "c0ffee000001", "--run", path)
    assert result.exit_code == 0
    assert "severity  high" in result.stdout
    assert " +2  not-listed" in result.stdout
    assert " +3  foreign-country" in result.stdout
    assert "3 times; out unknown bytes, in 7 bytes; netflow" in result.stdout
    assert "\x1b" not in result.stdout


def test_as_data(path):
    result = call("--flow", "c0ffee000001", "--run", path, "--format", "json")
    document = json.loads(result.stdout)
    assert document["severity"] == "high"
    assert document["points"]["foreign-country"] == 3


@pytest.mark.parametrize("words", [("--flow", "c0ffee"), ("--flow", "nothing"), ()])
def test_ids_that_name_none_or_several(path, words):
    assert isinstance(call(*words, "--run", path).exception, UsageError)
