"""What the answer to a freedom-of-information request says."""

from __future__ import annotations

from msgspec.structs import replace

from camscan.model.identity import Band
from camscan.model.run import Authority, Run, RunStatus
from camscan.report.foi_sheet import Sheet, sheets


def sheet(run: Run) -> Sheet:
    (only,) = sheets(run, per_site=False)
    return only


def estate(run: Run) -> Run:
    """212 cameras: 79 + 7 Hikvision, 117 Axis, 9 of unknown maker; and the recorder."""
    camera, recorder, _ = run.devices
    assert camera.maker is not None
    own = replace(camera, brand=replace(camera.maker))
    axis = replace(camera.maker, id="axis", name="Axis", country="SE", band=Band.PROBABLE)
    kinds = [own] * 79 + [camera] * 7 + [replace(own, maker=axis, brand=None)] * 117
    kinds += [replace(own, maker=None, brand=None)] * 9
    cameras = [
        replace(one, id=f"c{number}", addresses=(f"10.1.0.{number}",))
        for number, one in enumerate(kinds)
    ]
    return replace(run, devices=(*cameras, recorder))


def test_the_words_of_the_answer(sample_run: Run) -> None:
    found = sheet(estate(sample_run))
    assert found.answer[0] == (
        "As at 24 November 2026, a network scan of 10.1.0.0/23 found 212 devices identified as"
        " cameras."
    )
    assert found.answer[1] == (
        "Of these 117 were identified as made by Axis (117 by the maker's own identification, 0 by"
        " OEM evidence); 86 were identified as made by Hikvision (79 by the maker's own"
        " identification, 7 by OEM evidence); 9 could not be identified."
    )
    assert "1 recorder, 0 encoders and 0 intercoms" in found.answer[2]
    assert "16 in all" in found.answer[2]
    assert "channels are never added to cameras" in found.answer[2]


def test_every_maker_has_a_row(sample_run: Run) -> None:
    found = sheet(estate(sample_run))
    assert found.table[1:] == (
        ("Axis", "SE", "117", "0", "117", "0", "117", "1"),
        ("Hikvision", "CN", "79", "7", "86", "86", "0", "1"),
        ("not identified", "", "", "", "9", "", "", "1"),
        ("All", "", "", "7", "212", "", "", ""),
    )
    assert sum(int(row[4]) for row in found.table[1:-1]) == 212


def test_what_the_numbers_do_not_hold(sample_run: Run) -> None:
    scope = replace(sample_run.run.scope, exclude=("10.1.0.7",))
    info = replace(sample_run.run, scope=scope, status=RunStatus.PARTIAL)
    limits = "\n".join(sheet(replace(sample_run, run=info)).limits)
    for sentence in (
        "Analogue cameras behind recorders, devices powered off, and networks outside the scope are"
        " not counted.",
        "3 of 510 addresses in scope answered; 3 devices were seen",
        "1 device may be a camera, which is not certain; not counted.",
        "1 of 2 subnets were not reached",
        "10.1.1.0/24 (Town) not-reached",
        "Left out of the scope: 10.1.0.7.",
        "ended before everything in scope was asked",
        "where a unit was made cannot be seen from the network",
    ):
        assert sentence in limits


def test_the_method_names_time_data_and_authority(sample_run: Run) -> None:
    method = "\n".join(sheet(sample_run).method)
    assert "from 2026-11-24 02:13 to 2026-11-24 02:13 UTC with camscan 0" in method
    assert "data 1 of 2026-11-24" in method
    assert "Methods: tcp-connect." in method
    assert "No password was tried" in method
    assert "Authorisation not recorded." in method
    info = replace(sample_run.run, authorised_by=Authority(name="A. Person", reference="4711"))
    assert "Authorised by A. Person, 4711." in sheet(replace(sample_run, run=info)).method


def test_one_sheet_a_site_adds_up(sample_run: Run) -> None:
    whole, town, rest = sheets(sample_run, per_site=True)
    assert (whole.title, town.title) == ("Network cameras", "Network cameras: Town")
    assert "a network scan of 10.1.0.0/24, 10.1.1.0/24 found 1 device" in town.answer[0]
    assert rest.title == "Network cameras: no site"
    totals = [int(one.table[-1][4]) for one in (whole, town, rest)]
    assert totals[0] == sum(totals[1:])


def test_no_camera(sample_run: Run) -> None:
    found = sheet(replace(sample_run, devices=()))
    assert "found 0 devices identified as cameras" in found.answer[0]
    assert len(found.answer) == 2
    assert found.table[-1][4] == "0"


def test_a_capture_is_no_network_that_was_scanned(sample_run: Run) -> None:
    def answer(**scope: tuple[str, ...]) -> str:
        asked = replace(sample_run.run.scope, **scope)
        run = replace(sample_run, run=replace(sample_run.run, scope=asked))
        return sheet(run).answer[0]

    both = answer(targets=("10.1.0.0/23",), sources=("border.pcap",))
    assert "a network scan of 10.1.0.0/23 found" in both
    assert "border.pcap found" in answer(targets=(), sources=("border.pcap",))
