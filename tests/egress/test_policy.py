from datetime import date
from ipaddress import ip_network

import pytest

from camscan.egress.policy import Policy, parse_policy
from camscan.errors import ConfigError


def test_a_whole_policy():
    policy = parse_policy(
        {
            "home_countries": ["gb", "IE"],
            "internal": ["81.2.69.0/24", "2a00:1450::/32"],
            "dns": ["9.9.9.9"],
            "ntp": ["162.159.200.0/24"],
            "allow": [
                {
                    "maker": "hikvision",
                    "destination": "hik-connect.com",
                    "port": 443,
                    "reason": "remote viewing",
                    "owner": "CCTV team",
                    "until": date(2027, 3, 31),
                }
            ],
        }
    )
    assert policy.home_countries == ("GB", "IE")
    assert policy.internal == (ip_network("81.2.69.0/24"), ip_network("2a00:1450::/32"))
    assert policy.dns == (ip_network("9.9.9.9/32"),)
    assert policy.allow[0].until == date(2027, 3, 31)


def test_nothing_is_a_policy_too():
    assert parse_policy({}) == Policy()


@pytest.mark.parametrize(
    "table, words",
    [
        ({"home_countries": ["England"]}, "two-letter"),
        ({"home_countries": "GB"}, "home_countries"),
        ({"internal": ["10.0.0.0/33"]}, "internal"),
        ({"dns": ["one.one.one.one"]}, "dns"),
        ({"home_country": ["GB"]}, "home_country"),
        ({"allow": [{"destination": "x.example"}]}, "reason"),
        ({"allow": [{"destination": "x.example", "reason": " "}]}, "reason is empty"),
        ({"allow": [{"destination": "x", "reason": "y", "until": "soon"}]}, "until"),
    ],
)
def test_mistakes_name_the_key(table, words):
    with pytest.raises(ConfigError, match=words) as caught:
        parse_policy(table, where="my.toml")
    assert "my.toml" in str(caught.value)
