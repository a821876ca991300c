"""Conversations summed up for a page."""

from __future__ import annotations

import msgspec

from camscan.model.conversation import Verdict
from camscan.model.run import Run
from camscan.report.html.talks import parties, talks_by_device
from camscan.report.parties import sums_of


def with_talks(run: Run, number: int, **changes: object) -> Run:
    first = run.conversations[0]
    talks = tuple(
        msgspec.structs.replace(first, id=f"c{n}", peer=f"203.0.113.{n}", name=None, **changes)
        for n in range(number)
    )
    return msgspec.structs.replace(run, conversations=talks)


def test_parties_are_summed_over_devices(sample_run: Run) -> None:
    first = sample_run.conversations[0]
    change = msgspec.structs.replace
    run = change(
        sample_run,
        conversations=(
            first,
            change(first, id="c2", device="other", bytes_out=None),
            change(first, id="c3", verdict=Verdict.INTERNAL),
        ),
    )
    found = parties(sums_of(run.conversations))
    (row,) = found.rows
    assert row.devices == 2
    assert row.bytes_out == first.bytes_out
    assert row.connections == 2 * first.count
    assert found.inside == (("internal", 1),)


def test_the_tail_is_counted(sample_run: Run) -> None:
    found = parties(sums_of(with_talks(sample_run, 250).conversations))
    assert (len(found.rows), found.tail_parties, found.tail_conversations) == (200, 50, 50)


def test_a_device_has_its_gravest_conversations(sample_run: Run) -> None:
    quiet = with_talks(sample_run, 40, device="d1", verdict=Verdict.INTERNAL)
    bad = msgspec.structs.replace(quiet.conversations[0], id="bad", verdict=Verdict.UNEXPECTED)
    run = msgspec.structs.replace(quiet, conversations=(*quiet.conversations, bad))
    talks = talks_by_device(run.conversations)["d1"]
    assert talks.rows[0].id == "bad"
    assert len(talks.rows) + talks.more == 41
    assert talks.more


def test_bytes_that_nobody_counted_are_unknown(sample_run: Run) -> None:
    (row,) = parties(sums_of(with_talks(sample_run, 1, bytes_out=None).conversations)).rows
    assert row.bytes_out is None
