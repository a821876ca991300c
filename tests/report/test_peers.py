"""The other sides of conversations."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from camscan.inventory.streamed import StoredConversations
from camscan.model.conversation import Verdict
from camscan.report.peers import PeerLabels, peers_of
from tests.conftest import build_sample_run

TALK = build_sample_run().conversations[0]
TALKS = [
    replace(TALK, id="c1", peer="203.0.113.9"),
    replace(TALK, id="c2", peer="10.1.0.9", verdict=Verdict.INTERNAL),
    replace(TALK, id="c3", peer=None),
    replace(TALK, id="c4", peer="203.0.113.9", verdict=Verdict.INTERNAL),
    replace(TALK, id="c5", peer="Host.example"),
]


def test_they_are_numbered_by_their_first_conversation() -> None:
    peers = PeerLabels(peers_of(TALKS), {"10.1.0.1": "device-1"})
    assert [peers.label(one) for one in ("203.0.113.9", "10.1.0.9", "Host.example")] == [
        "outside-1",
        "inside-2",
        "outside-3",
    ]
    assert peers.label("10.1.0.1") == "device-1"
    assert peers.label("198.51.100.1") is None
    assert peers.unusual == ["Host.example"]


def test_those_of_a_file_are_the_same() -> None:
    parts = [msgspec.json.encode(part)[1:-1] for part in (TALKS[:2], TALKS[2:])]
    found = peers_of(StoredConversations(lambda: iter(parts), "run.json"))
    assert found.sizes == [2, 3]
    assert found == replace(peers_of(TALKS), sizes=[2, 3])
