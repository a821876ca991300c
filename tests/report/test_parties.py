"""Outside parties, summed up in one walk."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from msgspec.structs import replace

from camscan.inventory.streamed import StoredConversations, Streamed
from camscan.model.conversation import Verdict
from camscan.report.parties import port_of, sums_of, unexpected_of
from tests.conftest import build_sample_run

TALK = build_sample_run().conversations[0]


def test_devices_countries_and_bytes_of_one_party() -> None:
    later = replace(
        TALK,
        id="c2",
        device="other",
        country="DE",
        organisation="Example",
        bytes_out=None,
        last=TALK.last + timedelta(hours=1),
        reasons=("another",),
    )
    again = replace(TALK, id="c3", first=TALK.first - timedelta(hours=1))
    (party,) = sums_of((TALK, later, again)).parties
    assert (party.devices, party.talks) == (2, 3)
    assert party.country == " ".join(sorted({TALK.country or "?", "DE"}))
    assert party.organisation == "Example"
    assert party.bytes_out == 2 * (TALK.bytes_out or 0)
    assert (party.first, party.last) == (again.first, later.last)
    assert party.reasons == TALK.reasons
    assert party.port == port_of(TALK)


def test_bytes_that_nobody_counted_are_unknown() -> None:
    (party,) = sums_of((replace(TALK, bytes_out=None, bytes_in=None),)).parties
    assert (party.bytes_out, party.bytes_in) == (None, None)


def test_what_stays_inside_is_only_counted() -> None:
    inside = replace(TALK, verdict=Verdict.INTERNAL)
    sums = sums_of((TALK, inside, inside))
    assert sums.inside == {Verdict.INTERNAL: 2}
    assert (len(sums.parties), sums.conversations) == (1, 3)


def test_one_walk_is_enough() -> None:
    walks = []

    def batches() -> list[list[object]]:
        walks.append(1)
        return [[TALK], [replace(TALK, device=None, address="10.9.9.9")]]

    sums = sums_of(Streamed(batches))  # type: ignore[arg-type]
    assert walks == [1]
    assert sums.unexpected == {TALK.device: TALK.address, "10.9.9.9": "10.9.9.9"}
    assert unexpected_of(Streamed(batches)) == sums.unexpected  # type: ignore[arg-type]


def test_columns_of_a_file_add_up_to_the_same() -> None:
    talks = [TALK, replace(TALK, peer="198.51.100.9", name=None), replace(TALK, bytes_out=5)]
    held = StoredConversations(lambda: iter([msgspec.json.encode(talks)[1:-1]]), "run.json")
    assert sums_of(held) == sums_of(talks)
    assert unexpected_of(held) == unexpected_of(talks)
    shown = [
        (row.verdict, row.name, row.port, row.country, row.devices, row.bytes_out)
        for row in sums_of(held, table=True).parties
    ]
    assert shown == [
        (row.verdict, row.name, row.port, row.country, row.devices, row.bytes_out)
        for row in sums_of(talks).parties
    ]
