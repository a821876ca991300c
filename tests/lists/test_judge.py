"""Devices against the shipped advisories: the planted cases and the limits of each verdict."""

from __future__ import annotations

import msgspec
import pytest

from camscan.lists.bounds import Fit
from camscan.lists.judge import Unjudged
from camscan.matching.match import Matcher
from camscan.model.evidence import Evidence
from camscan.model.identity import Band

HIK = ("hikvision", "hikvision")


def fits(judge, device):
    return {found.advisory.id: found.fit for found in judge.verdicts(device)}


@pytest.mark.parametrize(
    ("firmware", "fit"),
    [
        ("V5.3.0 build 150513", Fit.AFFECTED),
        ("V5.4.5 build 170123", Fit.NOT_IN_RANGE),
        ("V5.3.0 build 170301", Fit.POSSIBLY),
        ("V5.3.0", Fit.AFFECTED),
        ("V5.4.0", Fit.UNKNOWN_VERSION),
        ("a text of no shape", Fit.UNKNOWN_VERSION),
        (None, Fit.UNKNOWN_VERSION),
    ],
)
def test_verdicts_of_one_model(make, judge, firmware, fit):
    found = fits(judge, make(*HIK, "DS-2CD2032F-I", firmware))
    assert found["CVE-2017-7921"] is fit


def test_unknown_version_is_said_and_never_guessed(make, judge):
    found = fits(judge, make(*HIK, "DS-2CD2145FWD-I"))
    assert set(found.values()) == {Fit.UNKNOWN_VERSION}


def test_a_model_that_no_advisory_names_gets_no_verdict(make, judge):
    assert fits(judge, make("axis", "axis", "P3245-V", "10.12.1")) == {}


@pytest.mark.parametrize(("maker", "brand"), [("digiever", None), (None, None)])
def test_digievers_ds_is_no_hikvision(make, judge, maker, brand):
    found = fits(judge, make(maker, brand, "DS-2105 Pro", "3.1.0.71-11"))
    assert not {name for name in found if name in {"CVE-2017-7921", "CVE-2021-36260"}}
    assert found == ({"CVE-2023-52163": Fit.AFFECTED} if maker else {})


def test_a_digiever_number_does_not_make_a_hikvision(shipped):
    matcher = Matcher(shipped)
    for field in ("onvif.model", "http.title", "upnp.model_name"):
        for model in ("DS-2105 Pro", "DS-1200", "DS-2100 Pro+", "DS-2200 UHD"):
            seen = Evidence(target="t", field=field, value=model, method="test")
            maker = matcher.judge((seen,)).identity.maker
            assert maker is None or maker.id != "hikvision", (field, model)


def test_honeywell_is_judged_for_listed_models_alone(make, judge):
    listed = make(None, "honeywell", "H4W2PER2", "1.000.HW01.2.R.20190101")
    assert fits(judge, listed) == {"CVE-2019-18226": Fit.AFFECTED}
    fixed = make(None, "honeywell", "H4W2PER2", "1.000.HW01.3.20190820")
    assert fits(judge, fixed) == {"CVE-2019-18226": Fit.NOT_IN_RANGE}
    newer = make(None, "honeywell", "HC30W45R3", "1.000.HW01.2.20190101")
    assert fits(judge, newer) == {}


def test_honeywell_is_dahua_for_listed_models_alone(shipped):
    matcher = Matcher(shipped)

    def maker(model):
        evidence = [
            Evidence(target="t", field="http.title", value="Honeywell IP-Camera login", method="x"),
            Evidence(target="t", field="onvif.model", value=model, method="x"),
        ]
        found = matcher.judge(tuple(evidence)).identity
        assert found.brand is not None
        assert found.brand.id == "honeywell"
        return found.maker.id if found.maker is not None else None

    assert maker("H4W2PER2") == "dahua"
    assert maker("HC30W45R3") is None


def test_a_makers_advisory_on_another_brand_is_by_platform_and_never_more_than_possible(
    make, judge
):
    device = make("hikvision", "lts", "DS-2CD2032F-I", "V5.3.0 build 150513")
    (found, *_) = [v for v in judge.verdicts(device) if v.advisory.id == "CVE-2017-7921"]
    assert found.by_platform
    assert found.fit is Fit.POSSIBLY


def test_the_makers_own_second_brand_is_its_own(make, judge):
    device = make("hikvision", "hilook", "IPC-B140H-M", "V5.5.83build 190221")
    (found,) = [v for v in judge.verdicts(device) if v.advisory.id == "CVE-2025-66177"]
    assert not found.by_platform
    assert found.fit is Fit.AFFECTED


def test_a_model_that_is_only_possible_makes_no_more_than_possible(make, judge):
    device = make(*HIK, "DS-2CD2032F-I", "V5.3.0 build 150513")
    vague = type(device.model)(value="DS-2CD2032F-I", band=Band.POSSIBLE)
    found = fits(judge, msgspec.structs.replace(device, model=vague))
    assert found["CVE-2017-7921"] is Fit.POSSIBLY


def test_what_the_device_itself_was_read_as_is_used_where_no_grammar_reads_it(make, judge):
    device = make(*HIK, "DS-2CD2032F-I", "odd text", version="5.3.0", build="2015-05-13")
    assert fits(judge, device)["CVE-2017-7921"] is Fit.AFFECTED


def test_the_worst_comes_first(make, judge):
    device = make(*HIK, "DS-2CD2032F-I", "V5.3.0 build 150513")
    assert [v.fit for v in judge.verdicts(device)][:2] == [Fit.AFFECTED, Fit.POSSIBLY]


def test_why_nothing_can_be_said(make, judge):
    assert judge.unjudged(make()) is Unjudged.MAKER
    assert judge.unjudged(make(*HIK)) is Unjudged.MODEL
    assert judge.unjudged(make(*HIK, band=Band.POSSIBLE)) is Unjudged.MAKER
    assert judge.unjudged(make("milesight", "milesight")) is None, "no advisory is about it"
    assert judge.unjudged(make(*HIK, "DS-2CD2032F-I")) is None
