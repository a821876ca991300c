"""Alike targets told from the first: the same identities as a full judgement, with less work."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching import recall
from camscan.matching.match import Judgement, Matcher
from camscan.matching.recall import Recall
from camscan.model.evidence import Evidence
from tests.shipped import shipped_matcher

MATCHER = shipped_matcher()
RECALL = Recall(MATCHER)
EXAMPLES = sorted(
    {(rule.field, each.text) for rule in MATCHER.fingerprints.rules for each in rule.examples}
)
MACS = (
    "00:40:8c:00:00:01",
    "44-19-b6-00-00-02",
    "ff:ff:ff:ff:ff:ff",
    "02:00:00:00:00:03",
    "44:19:b6",
)
FIELDS = ("mac.address", "mac.oui", "wsd.endpoint_mac", "wsd.endpoint", "http.title", "onvif.model")
TOLD = ("sadp.mac", "tvt.mac", "tvt.serial", "dhip.model", "xm.firmware")


def evidence(target: str, *pairs: tuple[str, str], port: int | None = None) -> list[Evidence]:
    return [
        Evidence(target=target, field=field, value=value, method="identify", port=port)
        for field, value in pairs
    ]


def named(items: Sequence[Evidence]) -> dict[str, Evidence]:
    return {item.id: item for item in items}


def assert_same(items: Sequence[Evidence], tested: Recall = RECALL) -> None:
    found, full = tested.judge(named(items)), MATCHER.judge(items)
    assert found.identity == full.identity
    assert found.skips == full.skips


class Counted(Matcher):
    """Counts the full judgements."""

    judged = 0

    def judge(self, evidence: Sequence[Evidence]) -> Judgement:
        self.judged += 1
        return super().judge(evidence)


def test_alike_targets_are_judged_once() -> None:
    counted = Counted(MATCHER.fingerprints)
    tested = Recall(counted)
    for number in range(50):
        items = evidence(
            f"10.0.0.{number}",
            ("http.server", "App-webs/"),
            ("http.title", f"host {number}"),
            ("mac.address", f"c0:56:e3:00:00:{number:02x}"),
        )
        assert_same(items, tested)
    assert counted.judged == 1


def test_what_devices_state_outright_is_told_of_each() -> None:
    counted = Counted(MATCHER.fingerprints)
    tested = Recall(counted)
    for number in range(4):
        items = evidence("t", ("sadp.mac", f"c0:56:e3:00:00:{number:02x}"), ("tvt.serial", "A1"))
        assert_same(items, tested)
    assert counted.judged == 1
    for number in range(4):
        assert_same(evidence("t", ("tvt.serial", f"N000{number}")), tested)


def test_models_and_serials_of_one_kind_are_one_case() -> None:
    counted = Counted(MATCHER.fingerprints)
    tested = Recall(counted)
    for number in range(20):
        items = evidence(
            "t",
            ("onvif.manufacturer", "HIKVISION"),
            ("onvif.model", f"DS-2CD2{number:03}-I"),
            ("onvif.serial", f"DS-2CD2{number:03}-I2019{number:04}AAWR"),
        )
        assert_same(items, tested)
    assert counted.judged == 1


def test_models_that_other_patterns_know_are_another_case() -> None:
    for model in ("DS-2CD2043G0-I", "DS-7608NI-K2", "DS-K1T671M", "nobody's", "N/A"):
        assert_same(evidence("t", ("onvif.manufacturer", "HIKVISION"), ("onvif.model", model)))


def test_several_models_of_one_target_are_judged_with_each_other() -> None:
    counted = Counted(MATCHER.fingerprints)
    tested = Recall(counted)
    for first, second in (("P3245", "P3245-V"), ("P1000", "M3000"), ("P3245", "P3245-V")):
        items = evidence("t", ("upnp.model_name", f"AXIS {first}"), ("onvif.model", second))
        assert_same([*evidence("t", ("onvif.manufacturer", "AXIS")), *items], tested)
    assert counted.judged == 2


def test_two_addresses_or_serials_are_no_case() -> None:
    for mac, realm in (("00:40:8c:00:00:01", "000002"), ("00:40:8c:00:00:02", "000002")):
        digest = ("http.www_authenticate", f'Digest realm="AXIS_00408C{realm}"')
        assert_same(evidence("t", ("mac.address", mac), digest))
    assert_same(evidence("t", ("tvt.serial", "N1"), ("sadp.serial", "N2")))


def test_nothing_said_is_judged_never() -> None:
    counted = Counted(MATCHER.fingerprints)
    found = Recall(counted).judge(named(evidence("t", ("http.title", "a page of nobody"))))
    assert found.identity == MATCHER.identify([])
    assert counted.judged == 0


def test_ports_make_another_case() -> None:
    both = [
        *evidence("t", ("http.server", "App-webs/"), port=80),
        *evidence("t", ("http.www_authenticate", 'Digest realm="AXIS_00408C000000"'), port=81),
    ]
    assert_same(both)
    same = [
        *evidence("u", ("http.www_authenticate", 'Basic realm="hikvision"'), port=80),
        *evidence("u", ("http.www_authenticate", 'Digest realm="AXIS_00408C000000"'), port=80),
    ]
    assert_same(same)
    again = [
        *evidence("v", ("http.www_authenticate", 'Basic realm="hikvision"'), port=80),
        *evidence("v", ("http.www_authenticate", 'Digest realm="AXIS_00408C000000"'), port=80),
    ]
    assert_same(again)
    assert RECALL.judge(named(again)).skips[0].subject == "v"


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "MOST_CASES", 50)
    monkeypatch.setattr(recall, "MOST_TRACES", 60)
    tested = Recall(MATCHER)
    for number in range(300):
        model = f"DS-2CD2{number:03}-I"
        assert_same(
            evidence("t", ("onvif.manufacturer", "HIKVISION"), ("onvif.model", model)), tested
        )
    assert len(tested._cases) <= recall.MOST_CASES
    assert len(tested._traces) <= recall.MOST_TRACES


records = st.lists(
    st.one_of(
        st.sampled_from(EXAMPLES),
        st.tuples(st.sampled_from(FIELDS), st.sampled_from(MACS)),
        st.tuples(st.sampled_from(TOLD), st.sampled_from([*MACS, "A1", "a1", "N/A"])),
        st.tuples(st.sampled_from([field for field, _ in EXAMPLES]), st.text(max_size=20)),
    ),
    max_size=6,
)


@given(st.lists(st.tuples(records, st.sampled_from([None, 80])), min_size=1, max_size=4))
def test_fuzz_every_target_is_told_as_it_is_judged(
    targets: list[tuple[list[tuple[str, str]], int | None]],
) -> None:
    for number, (pairs, port) in enumerate(targets):
        unique = list(dict.fromkeys(pairs))
        assert_same(evidence(f"10.0.0.{number}", *unique, port=port))
        assert_same(evidence(f"10.0.1.{number}", *unique, port=port))
