"""The answer in sentences."""

from __future__ import annotations

import msgspec

from camscan.model.run import Authority, Run, RunStatus
from camscan.report.words import answer


def test_says_what_was_found_and_what_was_not(sample_run: Run) -> None:
    text = "\n".join(answer(sample_run))
    assert "1 camera found; 1 made by Hikvision, 1 of them sold under other names." in text
    assert "Counted apart: 1 recorder." in text
    assert "1 other device is not called a camera." in text
    assert "3 of 510 addresses answered." in text
    assert "10.1.1.0/24 (Town): not-reached" in text
    assert "1 device seen to try to contact unexpected outside servers." in text
    assert "authorisation not recorded" in text


def test_partial_and_authorised_runs_say_so(sample_run: Run) -> None:
    info = msgspec.structs.replace(
        sample_run.run, status=RunStatus.PARTIAL, authorised_by=Authority(name="Head of IT")
    )
    text = "\n".join(answer(msgspec.structs.replace(sample_run, run=info)))
    assert "partial" in text
    assert "authorisation not recorded" not in text


def test_an_empty_run_has_an_answer(sample_run: Run) -> None:
    empty = msgspec.structs.replace(sample_run, devices=(), conversations=(), findings=())
    assert answer(empty)[0] == "0 cameras found."
