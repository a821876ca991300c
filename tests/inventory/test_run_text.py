"""A run's JSON in pieces."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from camscan.inventory.run_text import run_chunks, run_sha256
from camscan.inventory.store import encode_run
from camscan.model.run import MergedRun, Run


@pytest.mark.parametrize("number", [0, 1, 2, 999, 1000, 1001, 2500])
def test_pieces_are_the_whole(sample_run: Run, number: int) -> None:
    talks = tuple(
        msgspec.structs.replace(sample_run.conversations[0], name=f'\n  "findings": [{n}')
        for n in range(number)
    )
    run = msgspec.structs.replace(
        sample_run, conversations=talks, devices=sample_run.devices[:number]
    )
    assert b"".join(run_chunks(run)) == encode_run(run)


def test_a_merged_run_too(sample_run: Run) -> None:
    parts = (MergedRun(run=sample_run.run, coverage=sample_run.coverage),)
    run = msgspec.structs.replace(sample_run, merged=parts)
    assert b"".join(run_chunks(run)) == encode_run(run)


def test_the_digest_is_that_of_the_file(sample_run: Run) -> None:
    assert run_sha256(sample_run) == hashlib.sha256(encode_run(sample_run)).hexdigest()
