from camscan.findings.listed_maker import ListedMaker
from camscan.model.finding import Severity
from camscan.model.identity import Band


def told(judge, run):
    return {f.device: (f.severity, f.title) for f in ListedMaker(judge).findings(run)}


def test_who_is_told_and_how(make_claimed, make_run, judge):
    devices = [
        make_claimed("10.0.0.1", "hikvision", "hikvision"),
        make_claimed("10.0.0.2", "hikvision", "ezviz"),
        make_claimed("10.0.0.3", "dahua", "amcrest"),
        make_claimed("10.0.0.4", "reolink", "reolink"),
        make_claimed("10.0.0.5", "tp-link", "tapo"),
        make_claimed("10.0.0.6", "axis", "axis"),
        make_claimed("10.0.0.7", "nuuo", "nuuo"),
        make_claimed("10.0.0.8", "huawei", kind="other"),
    ]
    found = told(judge, make_run(devices, []))
    assert found["d-10.0.0.1"][0] is Severity.LOW
    assert found["d-10.0.0.1"][1].endswith("is made by a company that 5 lists name")
    assert found["d-10.0.0.2"][1].endswith("is of the group of a company that 2 lists name")
    assert found["d-10.0.0.4"] == (
        Severity.INFO,
        "Reolink camera 10.0.0.4 (Ripon) has a maker with its head office in the PRC;"
        " no list in force names it",
    )
    assert found["d-10.0.0.5"][0] is Severity.INFO
    assert found["d-10.0.0.5"][1].endswith("the relation is not determined")
    assert found["d-10.0.0.7"][1].endswith("a report without legal force mentions")
    assert set(found) == {f"d-10.0.0.{n}" for n in (1, 2, 4, 5, 7)}


def test_an_unknown_maker_is_a_skip_and_no_finding(make_claimed, make_run, judge):
    devices = [
        make_claimed("10.0.0.1", None),
        make_claimed("10.0.0.2", "hikvision", "hikvision", band=Band.POSSIBLE),
        make_claimed("10.0.0.3", None, kind=None),
    ]
    run = make_run(devices, [])
    assert told(judge, run) == {}
    (skip,) = ListedMaker(judge).skips(run)
    assert (skip.subject, skip.what) == ("2 devices", "listed-maker")
    assert skip.reason == "the maker is unknown: 10.0.0.1, 10.0.0.2"
