"""Exit codes of a run."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from camscan.cli.common import Settings
from camscan.cli.verdict import Gates, Standard, gate_options, is_complete
from camscan.errors import ConfigError, StoreError
from camscan.inventory.store import encode_run
from camscan.model.finding import FindingStatus, Severity
from camscan.model.run import Run, RunStatus


def code(run: Run, **options: object) -> int:
    return Standard(gates=Gates(**options)).exit_code(run)


def complete(run: Run) -> Run:
    coverage = msgspec.structs.replace(run.coverage, subnets=run.coverage.subnets[:1])
    return msgspec.structs.replace(run, coverage=coverage)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (None, 0),
        (Severity.INFO, 10),
        (Severity.MEDIUM, 10),
        (Severity.HIGH, 10),
        (Severity.CRITICAL, 0),
    ],
)
def test_fail_on(sample_run: Run, level: Severity | None, expected: int) -> None:
    assert code(sample_run, fail_on=level) == expected


@pytest.mark.parametrize("status", [FindingStatus.ACCEPTED, FindingStatus.GONE])
def test_accepted_and_gone_findings_do_not_stand(sample_run: Run, status: FindingStatus) -> None:
    finding = msgspec.structs.replace(sample_run.findings[0], status=status)
    run = msgspec.structs.replace(sample_run, findings=(finding,))
    assert code(run, fail_on=Severity.INFO) == 0


def test_require_complete(sample_run: Run) -> None:
    assert not is_complete(sample_run), "one subnet was not reached"
    assert code(sample_run, fail_on=Severity.INFO, require_complete=True) == 3
    whole = complete(sample_run)
    assert code(whole, require_complete=True) == 0
    info = msgspec.structs.replace(whole.run, status=RunStatus.PARTIAL)
    partial = msgspec.structs.replace(whole, run=info)
    assert code(partial, require_complete=True) == 3


def test_only_what_the_baseline_does_not_know_fails(sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "base.json"
    path.write_bytes(encode_run(sample_run))
    config = tmp_path / "camscan.toml"
    config.write_text("")
    gates = Gates(fail_on=Severity.HIGH, baseline=str(path))
    standard = gates.standard(Settings(config=config))
    run = standard.judged(sample_run)
    assert run.findings[0].status is FindingStatus.KNOWN
    assert standard.exit_code(run) == 0
    assert code(run, fail_on=Severity.HIGH) == 10, "without a baseline it stands"
    path.write_bytes(encode_run(msgspec.structs.replace(sample_run, findings=())))
    standard = gates.standard(Settings(config=config))
    assert standard.exit_code(standard.judged(sample_run)) == 10


def test_exceptions_are_read_from_the_configuration(sample_run: Run, tmp_path: Path) -> None:
    config = tmp_path / "camscan.toml"
    text = """[[exceptions]]
rule = "unexpected-egress"
reason = "agreed"
owner = "IT"
until = {}
"""
    config.write_text(text.format("2027-01-01"))
    standard = Gates(fail_on=Severity.INFO).standard(Settings(config=config))
    assert standard.exit_code(standard.judged(sample_run)) == 0
    config.write_text(text.format("2026-01-01"))
    standard = Gates(fail_on=Severity.INFO).standard(Settings(config=config))
    run = standard.judged(sample_run)
    assert standard.exit_code(run) == 10
    assert [one.rule for one in run.findings] == ["unexpected-egress", "expired-exception"]
    config.write_text("[[exceptions]]\nrule = 1\n")
    with pytest.raises(ConfigError):
        Gates().standard(Settings(config=config))


def test_a_baseline_that_does_not_exist_is_said_at_once(tmp_path: Path) -> None:
    config = tmp_path / "camscan.toml"
    config.write_text("")
    gates = Gates(baseline=str(tmp_path / "no.json"))
    with pytest.raises(StoreError, match=r"no\.json"):
        gates.standard(Settings(config=config))


def test_the_options() -> None:
    seen: list[Gates] = []

    @click.command()
    @gate_options
    def command(*, gates: Gates) -> None:
        seen.append(gates)

    arguments = ["--fail-on", "low", "--baseline", "b", "--require-complete", "--allow-empty"]
    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert CliRunner().invoke(command, []).exit_code == 0
    assert CliRunner().invoke(command, ["--fail-on", "grave"]).exit_code == 2
    assert seen == [
        Gates(fail_on=Severity.LOW, baseline="b", require_complete=True, allow_empty=True),
        Gates(),
    ]


def test_a_list_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    config = tmp_path / "camscan.toml"
    config.write_text('[lists]\nuse = ["nist"]\n')
    with pytest.raises(ConfigError, match="'nist' is no list"):
        Gates().standard(Settings(config=config))


def test_changes_since_the_baseline_count(sample_run: Run, tmp_path: Path) -> None:
    path, config = tmp_path / "base.json", tmp_path / "camscan.toml"
    config.write_text("")
    before = msgspec.structs.replace(sample_run, devices=sample_run.devices[1:], findings=())
    path.write_bytes(encode_run(before))
    standard = Gates(baseline=str(path), fail_on=Severity.MEDIUM).standard(Settings(config=config))
    bare = msgspec.structs.replace(sample_run, findings=())
    run = standard.judged(bare)
    new = [one.rule for one in run.findings if one.status is FindingStatus.NEW]
    assert new == ["new-camera"]
    assert standard.exit_code(run) == 10
