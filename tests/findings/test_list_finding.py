from camscan.config import ListsConfig
from camscan.findings.inventory import with_inventory_findings
from camscan.findings.list_finding import WHAT_A_LIST_IS, list_finding, lists_named
from camscan.lists.match import MatchKind, match
from camscan.model.finding import Severity
from tests.shipped import shipped_data

NAMED = frozenset({MatchKind.NAMED})


def test_the_united_kingdom_first_then_each_list_with_its_chain_then_the_rest(make_claimed, judge):
    device = make_claimed("10.0.0.1", "uniview", "uniview")
    matches = match(device, judge.data)
    found = list_finding("a-rule", Severity.LOW, device, matches, NAMED, "is told")
    assert found.title == "Uniview camera 10.0.0.1 (Ripon) is told"
    detail = found.detail
    assert detail.startswith("Maker head office: PRC. The 2022 ministerial statement HCWS386")
    assert "→ Zhejiang Uniview Technologies → US BIS Entity List (2024-12-10)" in detail
    assert "Not named in the data of: " in detail
    assert "US FCC Covered List (2026-08-20)" in detail
    assert "Check GOV.UK" in detail
    assert WHAT_A_LIST_IS in found.advice
    assert found.evidence == ("e1",)
    assert "parliament: written question 192157, 2023-07-03" in found.references


def test_reports_and_proposals_are_no_lists_with_force(make_claimed, judge):
    matches = match(make_claimed("10.0.0.1", "nuuo", "nuuo"), judge.data)
    assert lists_named(matches, NAMED) == 0
    assert lists_named(match(make_claimed("10.0.0.1", "dahua"), judge.data), NAMED) == 4


def test_the_severity_is_the_users(make_claimed, make_run):
    run = make_run([make_claimed("10.0.0.1", "hikvision", "hikvision")], [])

    def severity(**policy):
        found = with_inventory_findings(run, shipped_data(), lists=ListsConfig(**policy)).findings
        return [one.severity for one in found if one.rule == "listed-maker"]

    assert severity() == ["low"]
    assert severity(severity={"us-ndaa-889": Severity.HIGH}) == ["high"]
    one = {"use": ("us-ndaa-889",), "severity": {"us-ndaa-889": Severity.INFO}}
    assert severity(**one) == ["info"]
    assert severity(severity={"us-ndaa-889": Severity.INFO}) == ["low"], "others say more"
    assert severity(use=("uk-hcws386",)) == ["info"], "it names nobody"
    assert severity(use=()) == []
