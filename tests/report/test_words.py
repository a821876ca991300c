"""The answer in sentences."""

from __future__ import annotations

import msgspec

from camscan.model.conversation import Verdict
from camscan.model.run import Authority, MergedRun, Run, RunStatus
from camscan.report.words import answer


def test_says_what_was_found_and_what_was_not(sample_run: Run) -> None:
    text = "\n".join(answer(sample_run))
    assert "1 camera found; 1 made by Hikvision, 1 of them sold under other names." in text
    assert "Counted apart: 1 recorder." in text
    assert "1 other device is not called a camera." in text
    assert "3 of 510 addresses answered." in text
    assert "10.1.1.0/24 (Town): not-reached" in text
    assert "1 device was seen to try to contact unexpected outside servers: 10.1.0.9." in text
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
    assert "other device" not in "\n".join(answer(empty))


def test_many_callers_are_counted_after_the_first_eight(sample_run: Run) -> None:
    talk = next(c for c in sample_run.conversations if c.verdict is Verdict.UNEXPECTED)
    talks = tuple(
        msgspec.structs.replace(talk, device=None, address=f"10.1.0.{n}") for n in range(30, 9, -1)
    )
    text = "\n".join(answer(msgspec.structs.replace(sample_run, conversations=talks)))
    assert "21 devices were seen" in text
    assert "10.1.0.10, 10.1.0.11" in text
    assert "10.1.0.17 and 13 more." in text


def test_a_merged_run_names_its_parts(sample_run: Run) -> None:
    part = MergedRun(run=sample_run.run, coverage=sample_run.coverage)
    lines = answer(msgspec.structs.replace(sample_run, merged=(part, part)))
    assert "Merged from 2 runs:" in lines
    assert lines[-1] == (
        "  r1: 2026-11-24 02:13 to 2026-11-24 02:13 UTC, complete, 10.1.0.0/23; "
        "3 of 510 addresses answered; authorisation not recorded"
    )
