"""Devices that name two makers."""

from msgspec.structs import replace

from camscan.findings.conflicting_identity import ConflictingIdentity, close_rivals
from camscan.inventory.merge import build_devices
from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence
from camscan.model.finding import Severity
from camscan.model.identity import Band, Rival
from tests.shipped import shipped_matcher


def judged(*values):
    """The devices of answers (field, value, port) of one address, and the skips."""
    items = [
        Evidence(target="10.0.0.1", field=field, value=value, method="http", port=port)
        for field, value, port in values
    ]
    return build_devices(items, {}, shipped_matcher())


def test_one_answer_that_names_two_makers(make_run):
    found = judged(
        ("rtsp.server", "Dahua Rtsp Server", 554),
        ("rtsp.server", "NOVUS RTSP Server", 554),
        ("rtsp.server", "AvigilonOnvifNvt/2.6.0.130", 554),
    )
    run = make_run(found.devices, [])
    run = replace(run, coverage=replace(run.coverage, skips=found.skips))
    (finding,) = ConflictingIdentity().findings(run)
    assert finding.severity is Severity.MEDIUM
    assert "rtsp.server of port 554 names avigilon and dahua at once" in finding.detail
    assert '"Dahua Rtsp Server" (http, port 554)' in finding.detail
    assert '"AvigilonOnvifNvt/2.6.0.130"' in finding.detail
    assert len(finding.evidence) == 3


def test_a_close_rival_with_the_evidence_of_both_sides(make_run, sample_run):
    camera = sample_run.devices[0]
    other = replace(camera.evidence[0], id="e2", field="rtsp.server", value="Rtsp Server/2.0")
    rival = Rival(value="dahua", band=Band.PROBABLE, evidence=("e2",))
    maker = replace(camera.maker, band=Band.PROBABLE, rivals=(rival,))
    camera = replace(camera, maker=maker, evidence=(*camera.evidence, other))
    (finding,) = ConflictingIdentity().findings(make_run([camera], []))
    assert finding.severity is Severity.LOW
    assert 'Hikvision (probable) by http.server "App-webs/"' in finding.detail
    assert 'dahua (probable) by rtsp.server "Rtsp Server/2.0"' in finding.detail
    assert finding.evidence == ("e1", "e2")


def test_a_rival_far_behind_is_none(sample_run):
    maker = sample_run.devices[0].maker
    far = Rival(value="dahua", band=Band.POSSIBLE)
    assert close_rivals(replace(maker, rivals=(far,))) == []
    assert close_rivals(replace(maker, band=Band.POSSIBLE, rivals=(far,))) == [far]


def test_what_is_no_camera_and_who_agrees_with_himself(make_device, make_run):
    other = make_device("10.0.0.1", kind="other")
    run = make_run([other, make_device("10.0.0.2")], [])
    skip = Skip(subject="10.0.0.1", what="maker", reason="http.server names a and b at once")
    run = replace(run, coverage=replace(run.coverage, skips=(skip,)))
    assert list(ConflictingIdentity().findings(run)) == []
