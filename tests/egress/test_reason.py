import pytest

from camscan.egress.reason import Code, Reason, codes_of, severity_of, text_of
from camscan.model.finding import Severity


def reasons(*codes):
    return tuple(str(Reason(code, "because: of it")) for code in codes)


def test_codes_and_texts_are_read_back():
    given = reasons(Code.NOT_LISTED, Code.UPLOAD)
    assert codes_of(given) == {Code.NOT_LISTED, Code.UPLOAD}
    assert text_of(given, Code.UPLOAD) == "because: of it"
    assert text_of(given, Code.STROBE) is None


@pytest.mark.parametrize(
    "codes, expected",
    [
        ((Code.NOT_LISTED, Code.FOREIGN_COUNTRY), Severity.HIGH),
        ((Code.NOT_LISTED, Code.FOREIGN_COUNTRY, Code.UNANSWERED), Severity.HIGH),
        ((Code.NOT_LISTED, Code.HOME_COUNTRY), Severity.MEDIUM),
        ((Code.NOT_LISTED, Code.COUNTRY), Severity.MEDIUM),
        ((Code.NOT_LISTED, Code.COUNTRY, Code.DIRECT_IP), Severity.HIGH),
        ((Code.NOT_LISTED, Code.HOME_COUNTRY, Code.FLEET_START), Severity.HIGH),
        ((Code.NOT_LISTED, Code.HOME_COUNTRY, Code.UPLOAD), Severity.HIGH),
        ((Code.NOT_LISTED, Code.NAME_ONLY, Code.FOREIGN_COUNTRY), Severity.HIGH),
        ((Code.FOREIGN_NTP, Code.FOREIGN_COUNTRY), Severity.LOW),
        ((Code.FOREIGN_DNS, Code.FOREIGN_COUNTRY, Code.UPLOAD), Severity.HIGH),
        ((), Severity.LOW),
    ],
)
def test_severity_adds_up(codes, expected):
    assert severity_of(reasons(*codes)) is expected
