"""A run that may be published."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from camscan.findings.changes import with_changes
from camscan.inventory.store import decode_run, encode_run
from camscan.inventory.streamed import StoredConversations, Streamed, WholeTalk
from camscan.model.conversation import Verdict
from camscan.model.run import MergedRun, Run
from camscan.report.interface import ReportInput
from camscan.report.redact import Redaction
from camscan.report.registry import FORMATS
from camscan.report.scrub import ADDRESS, NAME
from tests.report.conftest import SECRETS, readable, redacted

PUBLISHED = tuple(name for name in FORMATS if name != "contacts")


def written(name: str, run: Run) -> str:
    return readable(name, ReportInput(run=run, per_site=True, inventory="run.json"))


@pytest.mark.parametrize("name", PUBLISHED)
def test_no_format_tells_what_is_hidden(name: str, private_run: Run) -> None:
    before, after = written(name, private_run), written(name, redacted(private_run))
    assert any(secret in before for secret in SECRETS), "the run has something to hide"
    told = [secret for secret in SECRETS if secret.casefold() in after.casefold()]
    assert not told


@pytest.mark.parametrize("name", ["table", "csv", "foi", "markdown", "netbox"])
def test_the_answer_stays(name: str, private_run: Run) -> None:
    after = written(name, redacted(private_run))
    assert "Hikvision" in after


@pytest.mark.parametrize("name", PUBLISHED)
def test_conversations_of_a_file_are_hidden_alike(name: str, private_run: Run) -> None:
    talks = private_run.conversations
    inside = [replace(talk, verdict=Verdict.INTERNAL, name="own.example") for talk in talks]
    unheard = [replace(talk, device=None, peer="2001:db8::7", source="/a/b") for talk in talks]
    every = (*talks, *inside, *unheard)
    text = msgspec.json.encode(every)[1:-1]
    held = StoredConversations(lambda: iter([text, text]), "run.json")
    found = written(name, redacted(replace(private_run, conversations=held)))
    assert found == written(name, redacted(replace(private_run, conversations=every * 2)))


def test_a_bare_run_gives_the_same(private_run: Run) -> None:
    redaction = Redaction(private_run)
    assert redaction.of(redaction.bare(private_run)) == redacted(private_run)


def test_what_stays_of_a_device(private_run: Run) -> None:
    run = redacted(private_run)
    camera = run.devices[0]
    assert camera.id == "device-1"
    assert camera.site == "site-1"
    assert camera.maker is not None
    assert camera.maker.name == "Hikvision"
    assert [port.port for port in camera.ports] == [80]
    assert camera.alternatives == ("answers as inside-2 too",)
    assert [device.site for device in run.devices] == ["site-1", "site-1", None]


def test_conversations_keep_what_is_public_outside(private_run: Run) -> None:
    cloud, files, between, own = redacted(private_run).conversations
    assert (cloud.device, cloud.address, cloud.peer) == ("device-1", "device-1", "outside-1")
    assert (cloud.name, cloud.country, cloud.organisation) == (
        "cloud.example.com", "CN", "Example Telecom",
    )  # fmt: skip
    assert cloud.reasons == ("direct-ip: outside-1 was called by device-1", "named: device-1 asked")
    assert (files.peer, files.name, files.organisation) == ("inside-2", None, None)
    assert between.peer == "device-2"
    assert own.name is None


def test_who_is_no_device_of_the_run_has_no_label(private_run: Run) -> None:
    talk = replace(private_run.conversations[0], device=None, address="10.1.0.200")
    text = msgspec.json.encode([talk])[1:-1]
    held = StoredConversations(lambda: iter([text]), "run.json")
    for talks in ((talk,), held):
        seen = redacted(replace(private_run, conversations=talks)).conversations
        assert [(one.device, one.address) for one in seen] == [(None, ADDRESS)]
    kept = redacted(replace(private_run, conversations=held)).conversations
    assert isinstance(kept, Streamed)
    rows = [row for batch in kept.columns(WholeTalk) for row in batch]
    assert [row.address for row in rows] == [ADDRESS]


def test_where_a_run_was_asked_from_is_a_name(private_run: Run) -> None:
    scope = replace(private_run.run.scope, vantage="lobby switch")
    run = replace(private_run, run=replace(private_run.run, scope=scope))
    assert redacted(run).run.scope.vantage == NAME


def test_the_finding_reads_on(private_run: Run) -> None:
    finding = redacted(private_run).findings[0]
    assert finding.title == (
        "Hikvision camera device-1 (site-1) was seen to try to contact outside-1"
    )
    assert "first at 2026-11-24 02:13:00 UTC in network-2" in finding.detail
    assert finding.id != private_run.findings[0].id, "the id is a hash of what is hidden"


def test_labels_are_the_same_in_another_run(private_run: Run) -> None:
    later = replace(private_run, devices=tuple(reversed(private_run.devices)))
    assert redacted(later).devices == redacted(private_run).devices


def test_a_redacted_run_is_a_run(private_run: Run) -> None:
    run = redacted(private_run)
    assert decode_run(encode_run(run), "redacted") == run
    assert redacted(run).devices == run.devices


def test_merged_runs_are_redacted_too(private_run: Run) -> None:
    part = MergedRun(run=private_run.run, coverage=private_run.coverage)
    text = encode_run(redacted(replace(private_run, merged=(part, part)))).decode()
    assert not [secret for secret in SECRETS if secret.casefold() in text.casefold()]
    assert "merged" in text


def test_details_that_quote_devices_or_an_earlier_run_are_withheld(sample_run: Run) -> None:
    old = replace(sample_run.devices[0], addresses=("10.1.0.77",), id="dold", serial="SNOLD")
    old = replace(old, mac=None, evidence=(), site=None)
    before = replace(sample_run, devices=(old,))
    found = redacted(with_changes(sample_run, before))
    (gone,) = (one for one in found.findings if one.rule == "camera-gone")
    assert gone.detail.startswith("Withheld")
    text = encode_run(found).decode()
    assert "10.1.0.77" not in text
    assert "SNOLD" not in text
