"""Which lists count."""

import pytest

from camscan.config import ListsConfig
from camscan.errors import ConfigError
from camscan.lists.policy import with_policy
from camscan.model.finding import Severity


def ids(data):
    return [each.id for each in data.lists]


def test_without_a_policy_all_in_their_order(data):
    assert with_policy(data, ListsConfig()) == data
    assert ids(data)[0] == "uk-hcws386"


def test_those_that_count_in_the_users_order(data):
    policy = ListsConfig(
        use=("us-1260h", "uk-hcws386", "us-ndaa-889"),
        order=("us-ndaa-889",),
        severity={"us-ndaa-889": Severity.HIGH},
    )
    found = with_policy(data, policy)
    assert ids(found) == ["us-ndaa-889", "uk-hcws386", "us-1260h"]
    assert found.severities == {"us-ndaa-889": Severity.HIGH}
    assert found.advisories == data.advisories
    assert ids(with_policy(data, ListsConfig(use=()))) == []
    first = with_policy(data, ListsConfig(order=("au-2023",)))
    assert ids(first) == ["au-2023", *(each for each in ids(data) if each != "au-2023")]


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        (ListsConfig(use=("us-xyz",)), r"\[lists\] use: 'us-xyz' is no list; there are uk-hcws386"),
        (ListsConfig(order=("us-xyz",)), r"\[lists\] order: 'us-xyz'"),
        (ListsConfig(severity={"us-xyz": Severity.LOW}), r"\[lists\] severity: 'us-xyz'"),
        (ListsConfig(use=("au-2023",), order=("us-1260h",)), "us-1260h does not stand in use"),
        (ListsConfig(use=(), severity={"us-1260h": Severity.LOW}), "does not stand in use"),
    ],
)
def test_what_is_wrong_is_named(data, policy, problem):
    with pytest.raises(ConfigError, match=problem):
        with_policy(data, policy)
