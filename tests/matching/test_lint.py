"""The linter: one fault each, and the shipped data has none."""
# ruff: noqa: E501 - the table of faults reads best with one fault a line

from __future__ import annotations

import time
from datetime import date

import pytest

from camscan.matching.data import DataRoot
from camscan.matching.lint import lint

TODAY = date(2026, 11, 24)
ACME = "makers/acme.toml"


@pytest.fixture
def codes(make_root):
    """Lint the small set with changes: (file, rule, code) of each problem."""

    def run(changes=None) -> list[tuple[str, str, str]]:
        problems = lint(DataRoot(base=make_root(changes)), today=TODAY)
        return [(problem.file, problem.rule, problem.code) for problem in problems]

    return run


def test_small_set_is_clean(make_root) -> None:
    assert lint(DataRoot(base=make_root()), today=TODAY) == ()


@pytest.mark.alone
def test_shipped_data_is_clean_and_quick() -> None:
    began = time.perf_counter()
    errors = [problem for problem in lint() if problem.level == "error"]
    assert errors == []
    assert time.perf_counter() - began < 10


def test_file_that_does_not_load_does_not_hide_the_others(codes) -> None:
    found = codes({ACME: "x = [", "makers/bolt.toml": ('country = "CN"', 'country = "XX"')})
    assert (ACME, "", "load") in found
    assert ("makers/bolt.toml", "bolt", "unknown-country") in found


def test_load_fault_names_its_rule(codes) -> None:
    change = ('examples = ["Acme Login"]\n', "")
    assert (ACME, "acme.http.title.acme", "load") in codes({ACME: change})


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "code"),
    [
        (ACME, 'field = "http.title"', 'field = "http.tittle"', "acme.http.title.acme", "unknown-field"),
        (ACME, '"acme.http.title.acme"', '"acme.Title"', "acme.Title", "bad-id"),
        (ACME, '"acme.http.title.acme"', '"http.title.acme"', "http.title.acme", "bad-id"),
        (ACME, 'class = "recorder" }', 'class = "dvr" }', "acme.rtsp.sdp.recorder", "unknown-class"),
        (ACME, 'brand = "acme" }', 'brand = "nobody" }', "acme.wsd.scope.name", "unknown-brand"),
        (ACME, 'class = "recorder"\nbrand', 'class = "dvr"\nbrand', "acme.model.recorder", "unknown-class"),
        (ACME, 'asserts = { maker = "acme" }', 'asserts = { maker = "bolt" }', "acme.http.title.acme", "foreign-maker"),
        (ACME, 'examples = ["Acme Login"]', 'examples = ["Login"]', "acme.http.title.acme", "example-missed"),
        (ACME, '"AcmeWeb/2"', '"AcmeWeb"', "acme.http.server.web", "not-example-hit"),
        (ACME, 'nonce="0"\', model = "AC-C100"', 'nonce="0"\', model = "AC-C9"', "acme.rtsp.realm.model", "capture-differs"),
        (ACME, "{ text = 'Digest realm=\"AC-C100\", nonce=\"0\"', model = \"AC-C100\" }", "'realm=\"AC-C100\"'", "acme.rtsp.realm.model", "capture-unproven"),
        (ACME, "(?P<model>AC-[A-Z]\\d+)", "(?P<colour>AC-[A-Z]\\d+)", "acme.rtsp.realm.model", "unknown-capture"),
        (ACME, "(?P<model>AC-[A-Z]\\d+)", "(?P<model>AC-[A-Z\\d+)", "acme.rtsp.realm.model", "bad-regex"),
        (ACME, "'realm=\"(?P<model>AC", "'.*realm=\"(?P<model>AC", "acme.rtsp.realm.model", "leading-dot"),
        (ACME, 'contains = "s=Acme Recorder"', "regex = 's=Acme Recorder'", "acme.rtsp.sdp.recorder", "use-simpler"),
        (ACME, 'contains = "s=Acme Recorder"', "regex = '[sv]=.'", "acme.rtsp.sdp.recorder", "unbounded"),
        (ACME, 'contains = "s=Acme Recorder"', "regex = '^v=0 (?:s+)+'", "acme.rtsp.sdp.recorder", "nested"),
        (ACME, "strengths = { class", "strengths = { serial", "acme.http.server.web", "unused-strength"),
        (ACME, 'strength = "medium"', 'strength = "strong"', "acme.http.title.acme", "source-weak"),
        (ACME, "public-code: a page", "my memory: a page", "acme.http.title.acme", "source-kind"),
        (ACME, "text `Acme Login`", "seen", "acme.http.title.acme", "source-text"),
        (ACME, 'prefix = "00:11:22"', 'prefix = "02:11:22"', "acme.oui.021122", "bad-prefix"),
        (ACME, 'prefix = "00:11:22"', 'prefix = "00:11"', "acme.oui.0011", "bad-prefix"),
        (ACME, 'prefix = "00:11:22"', 'prefix = "00:aa:bb"', "bolt.oui.00aabb", "duplicate-oui"),
        (ACME, 'version = "5.4.5"', 'version = "5.4"', "acme.firmware.build", "capture-differs"),
        (ACME, 'text = "V5.4.5 build 170124"', 'text = "5.4.5"', "acme.firmware.build", "example-missed"),
        (ACME, "'^AC-R\\d'", "'^AC-'", "acme.model.recorder", None),
        (ACME, "'^AC-C\\d'", "'^AC-'", "acme.model.recorder", "shadowed"),
        (ACME, 'examples = ["AC-R100"]', 'examples = ["AR-1"]', "acme.model.recorder", "example-missed"),
        (ACME, "reviewed = 2026-03-01", "reviewed = 2023-03-01", "acme", "reviewed"),
        (ACME, "reviewed = 2026-03-01", "reviewed = 2027-03-01", "acme", "reviewed"),
        (ACME, 'id = "acme"\nname = "Acme Vision"', 'id = "acmee"\nname = "Acme Vision"', "acmee", "file-name"),
        (ACME, '"AcmeWeb/2"', '"c4:2f:90:12:34:56"', "acme.http.server.web", "full-mac"),
        (ACME, '"AcmeWeb/2"', '"001122ABCDEF"', "acme.http.server.web", "full-mac"),
        (ACME, '"AcmeWeb/2"', '"http://8.8.8.8/"', "acme.http.server.web", "public-address"),
        (ACME, '"AcmeWeb/2"', '"joe.bloggs@example.org"', "acme.http.server.web", "mail-address"),
        (ACME, "manual: Acme guide", "manual: /home/joe/guide", "", "local-path"),
        ("platforms/onvif.toml", 'class = "camera" }', 'class = "camera", maker = "acme" }', "onvif.wsd.types.nvt", "platform-maker"),
        ("platforms/onvif.toml", 'platform = "onvif", ', 'platform = "onviff", ', "onvif.wsd.types.nvt", "unknown-platform"),
        ("software/inkjet.toml", 'maker = "inkco"', 'maker = "inkcorp"', "inkjet.http.server.inkco", "unknown-maker"),
        ("software/inkjet.toml", 'equals = "InkCo HTTP"', 'equals = "BoltWeb"\n#', "inkjet.http.server.inkco", "example-missed"),
        ("makers/bolt.toml", "bolt.http.server.web", "acme.http.server.web", "acme.http.server.web", "duplicate-id"),
        ("oem.toml", 'examples = ["SH-1"]', 'examples = ["SX-2"]', "oem.shop.acme.1", "example-missed"),
        ("oem.toml", 'maker = "bolt"', 'maker = "inkco"', "oem.stall.inkco.2", "unknown-maker"),
        ("oem.toml", 'brand = "shop"', 'brand = "shopp"', "oem.shopp.acme.1", "unknown-brand"),
        ("egress/acme.toml", 'maker = "acme"', 'maker = "acmee"', "acme.cloud", "unknown-maker"),
        ("egress/acme.toml", '"tcp/443"', '"443"', "acme.cloud", "bad-port"),
        ("egress/acme.toml", "eu.acme-cloud.example", "acme.example", "acme.cloud", "example-missed"),
        ("egress/acme.toml", '"notacme-cloud.example"', '"x.acme-cloud.example"', "acme.cloud", "not-example-hit"),
        ("egress/acme.toml", 'purpose = "relay"', 'purpose = "spying"', "acme.cloud", "load"),
    ],
)  # fmt: skip
def test_one_fault(codes, file: str, old: str, new: str, rule: str, code: str | None) -> None:
    found = codes({file: (old, new)})
    if code is None:
        assert found == []
    else:
        assert (rule, code) in [(name, word) for _, name, word in found]


def test_example_that_is_another_makers_as_strongly(codes) -> None:
    change = ('examples = ["x BoltWeb"]', 'examples = ["x BoltWeb", "AcmeBoltWeb"]')
    same = ('equals = "AcmeWeb"', 'contains = "Acme"')
    found = codes({"makers/bolt.toml": change, ACME: same})
    assert ("makers/bolt.toml", "bolt.http.server.web", "collision") in found


def test_weaker_rule_of_another_maker_is_no_collision(codes) -> None:
    weaker = [('prefix = "Acme "', 'prefix = "Bol"'), ('["Acme Login"]', '["Bold"]')]
    assert codes({ACME: weaker}) == []


def test_camera_example_that_software_claims(codes) -> None:
    change = ('equals = "InkCo HTTP"', 'prefix = "Acme"')
    found = codes({"software/inkjet.toml": change})
    assert (ACME, "acme.http.server.web", "class-collision") in found


def test_relations_in_a_circle(codes) -> None:
    more = """
[[relation]]
brand = "bolt"
maker = "bolt"
kind = "oem"
confidence = "weak"
source = ["github:acme/acme#4"]
"""
    found = codes({"oem.toml": ('source = ["github:acme/acme#3"]\n', f'source = ["x: y"]\n{more}')})
    assert ("oem.toml", "oem.bolt.bolt.3", "circular") in found


def test_retired_id_in_use(codes) -> None:
    found = codes({"retired.toml": 'ids = ["acme.http.title.acme"]'})
    assert (ACME, "acme.http.title.acme", "duplicate-id") in found


P2P = """
[egress]
maker = "acme"
reviewed = 2026-11-27

[[library]]
id = "acme.p2p"
name = "Acme P2P"
ports = ["udp/9000"]
first = [{ transport = "udp", hex = "ac3e" }]
breaks = "x"
examples = [{ port = "udp/9000", hex = "ac3e" }]
source = ["manual: Acme guide"]

[[service]]
id = "clock.x"
role = "clock"
name = "X"
addresses = ["8.8.8.8"]
source = ["manual: Acme guide"]
"""


@pytest.mark.parametrize(
    ("old", "new", "rule", "code"),
    [
        ("x", "x", "", None),
        ('hex = "ac3e" }]\nbreaks', 'hex = "ac3" }]\nbreaks', "acme.p2p", "load"),
        ('"udp/9000", hex', '"udp/9001", hex', "acme.p2p", "example-missed"),
        ('addresses = ["8.8.8.8"]', "", "clock.x", "load"),
        ("8.8.8.8", "10.0.0.1", "clock.x", "bad-address"),
        ('maker = "acme"', "", "", "load"),
    ],
)
def test_libraries_and_public_services(codes, old: str, new: str, rule: str, code) -> None:
    found = codes({"egress/p2p-acme.toml": P2P.replace(old, new)})
    assert found == ([] if code is None else [("egress/p2p-acme.toml", rule, code)])


def test_stray_file(codes) -> None:
    assert ("vendors/acme.toml", "", "stray-file") in codes({"vendors/acme.toml": "x = 1"})


def test_old_review_is_only_a_warning(make_root) -> None:
    change = {ACME: ("reviewed = 2026-03-01", "reviewed = 2023-03-01")}
    problems = lint(DataRoot(base=make_root(change)), today=TODAY)
    assert [problem.level for problem in problems] == ["warning"]


def test_folder_without_vocabulary(make_root) -> None:
    folder = make_root()
    (folder / "vocabulary.toml").unlink()
    assert [problem.code for problem in lint(DataRoot(base=folder))] == ["load"]
