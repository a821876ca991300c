"""Cameras without a maker."""

from msgspec.structs import replace

from camscan.findings.unknown_camera import UnknownCamera
from camscan.model.finding import Severity
from camscan.model.identity import Band


def test_only_cameras_and_only_without_a_sure_maker(make_device, make_run):
    known = make_device("10.0.0.1")
    unknown = make_device("10.0.0.2", maker=None)
    recorder = make_device("10.0.0.3", maker=None, kind="recorder")
    nothing = make_device("10.0.0.4", maker=None, kind=None)
    (found,) = UnknownCamera().findings(make_run([known, unknown, recorder, nothing], []))
    assert (found.device, found.severity) == ("d-10.0.0.2", Severity.LOW)
    assert found.title == "camera 10.0.0.2 (Ripon): its maker is unknown"


def test_a_maker_that_is_only_possible_is_said(make_device, make_run):
    device = make_device("10.0.0.1")
    device = replace(device, maker=replace(device.maker, band=Band.POSSIBLE))
    (found,) = UnknownCamera().findings(make_run([device], []))
    assert "Possibly Hikvision (possible)." in found.detail


def test_the_evidence_of_the_class_is_quoted(sample_run):
    camera = replace(sample_run.devices[0], maker=None)
    (found,) = UnknownCamera().findings(replace(sample_run, devices=(camera,)))
    assert 'http.server "App-webs/" (http, port 80)' in found.detail
    assert found.evidence == ("e1",)
