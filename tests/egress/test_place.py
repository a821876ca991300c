from camscan.egress.geo import GeoAnswer
from camscan.egress.place import is_abroad, place_reasons
from camscan.egress.policy import Policy
from camscan.egress.reason import Code

HOME = Policy(home_countries=("GB",))
CHINA = GeoAnswer(
    country="CN", country_source="DB-IP, 2026-06-01", asn=4134, organisation="Chinanet",
    operator_country="CN", network_source="ASN, 2026-06-17", operator_source="RIR, 2026-06-18",
)  # fmt: skip


def test_country_always_stands_with_its_table_and_date():
    location, operator = place_reasons("36.110.1.1", CHINA, HOME)
    assert location.code is Code.FOREIGN_COUNTRY
    assert location.text == "36.110.1.1 is located in CN (DB-IP, 2026-06-01); home countries: GB"
    assert operator.code is Code.OPERATOR
    assert operator.text == (
        "the network is run by AS4134 Chinanet (ASN, 2026-06-17), registered in CN"
        " (RIR, 2026-06-18), which says nothing of where it is"
    )


def test_home_unset_unknown_and_anycast():
    assert place_reasons("x", CHINA, Policy())[0].code is Code.COUNTRY
    assert place_reasons("x", CHINA, Policy(home_countries=("CN",)))[0].code is Code.HOME_COUNTRY
    assert [r.code for r in place_reasons("x", GeoAnswer(), HOME)] == [Code.COUNTRY_UNKNOWN]
    assert place_reasons("x", GeoAnswer(anycast=True), HOME)[0].code is Code.ANYCAST


def test_abroad():
    assert is_abroad(CHINA, HOME)
    assert not is_abroad(CHINA, Policy())
    assert not is_abroad(GeoAnswer(), HOME)
