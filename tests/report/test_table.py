"""The terminal report."""

from __future__ import annotations

import msgspec

from camscan.model.coverage import Skip
from camscan.model.run import Run
from camscan.report import table
from camscan.report.interface import ReportInput


def test_shows_devices_findings_and_skips(sample_run: Run) -> None:
    quiet = msgspec.structs.replace(sample_run, conversations=())
    text = table.render(ReportInput(run=quiet)).decode()
    for word in ("10.1.0.9", "Hikvision", "Annke", "80/tcp", "high", "203.0.113.5", "ask why"):
        assert word in text
    assert "eth0: multicast: not wholly in scope" in text
    assert "camera?" in text, "a possible class carries a question mark"
    assert "\x1b" not in text, "no colour when none was asked for, and none from the network"


def test_colour_only_when_asked(sample_run: Run) -> None:
    assert b"\x1b[" in table.render(ReportInput(run=sample_run, color=True))


def test_long_skip_lists_are_cut_and_say_so(sample_run: Run) -> None:
    skips = tuple(Skip(subject=f"10.0.0.{n}", what="probes", reason="x") for n in range(40))
    coverage = msgspec.structs.replace(sample_run.coverage, skips=skips)
    run = msgspec.structs.replace(sample_run, coverage=coverage)
    assert "and 28 more" in table.render(ReportInput(run=run)).decode()


def test_markup_from_the_network_is_text(sample_run: Run) -> None:
    device = msgspec.structs.replace(sample_run.devices[1], site="[bold red]x[/]")
    run = msgspec.structs.replace(sample_run, devices=(device,), conversations=())
    assert "[bold red]x[/]" in table.render(ReportInput(run=run, width=300)).decode()


def test_says_how_and_with_what_data(sample_run: Run) -> None:
    text = table.render(ReportInput(run=sample_run)).decode()
    assert "tcp-connect: done, 510 sent, 3 answered" in text
    assert "fingerprints: 1 of 2026-11-24" in text


def test_a_run_with_traffic_shows_whom_they_talk_to(sample_run: Run) -> None:
    text = table.render(ReportInput(run=sample_run)).decode()
    assert "Whom they were seen to talk to" in text
    assert "203.0.113.5" in text


def test_every_line_of_a_finding_is_indented_on_a_narrow_terminal(sample_run: Run) -> None:
    finding = msgspec.structs.replace(sample_run.findings[0], advice="ask why " * 30)
    run = msgspec.structs.replace(sample_run, findings=(finding,))
    lines = table.render(ReportInput(run=run, width=60)).decode().splitlines()
    advice = [line for line in lines if "ask why" in line]
    assert len(advice) > 3
    assert all(line.startswith(("      ask", "      why")) for line in advice)


def test_without_cameras_there_is_no_table_of_makers(sample_run: Run) -> None:
    run = msgspec.structs.replace(sample_run, devices=sample_run.devices[1:], conversations=())
    assert "Cameras by maker" not in table.render(ReportInput(run=run)).decode()


def test_findings_with_one_advice_stand_together(sample_run: Run) -> None:
    first = msgspec.structs.replace(
        sample_run.findings[0], title="Camera 0 is told", advice="Do this."
    )
    alike = [
        msgspec.structs.replace(first, id=f"f{n}", title=f"Camera {n} is told") for n in range(1, 9)
    ]
    other = msgspec.structs.replace(first, id="x", title="Another", advice="Do that.")
    run = msgspec.structs.replace(sample_run, findings=(first, *alike, other))
    text = table.render(ReportInput(run=run)).decode()
    assert text.count("Do this.") == 1
    assert "Camera 0 is told" in text
    assert "likewise: Camera 3 is told" in text
    assert "Camera 4 is told" not in text
    assert "… and 5 more like it" in text
    assert "Do that." in text


def test_an_event_of_many_devices_is_printed_once(sample_run: Run) -> None:
    single = msgspec.structs.replace(
        sample_run.findings[0], rule="unexpected-egress", title="single"
    )
    singles = [msgspec.structs.replace(single, id=f"f{n}", evidence=(f"c{n}",)) for n in range(40)]
    whole = tuple(f"c{n}" for n in range(40))
    event = msgspec.structs.replace(single, rule="fleet-egress", title="event", evidence=whole)
    run = msgspec.structs.replace(sample_run, findings=(*singles, event))
    text = table.render(ReportInput(run=run)).decode()
    assert "40 findings of single devices belong to it (in -o json:)" in text
    assert text.count("high  event") == 1
    assert "high  single" not in text


def test_each_list_stands_on_lines_of_its_own_and_none_loses_its_end(sample_run: Run) -> None:
    wording = "made up for a test, and long. " * 60
    detail = f"It is old. [named] a: {wording}ends. [oem-made-by-named] b: {wording}ends too."
    finding = msgspec.structs.replace(sample_run.findings[0], detail=detail)
    run = msgspec.structs.replace(sample_run, findings=(finding,), conversations=())
    lines = table.render(ReportInput(run=run, width=100)).decode().splitlines()
    assert sum(line.startswith(("        [named] a", "        [oem-made")) for line in lines) == 2
    text = " ".join(line.strip() for line in lines)
    assert "long. ends. [oem-made-by-named]" in text
    assert "ends too." in text
