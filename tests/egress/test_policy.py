from datetime import UTC, date, datetime
from ipaddress import ip_address, ip_network

import pytest

from camscan.egress.policy import Allow, Policy, parse_policy
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


@pytest.mark.parametrize(
    "destination, name, peer, expected",
    [
        ("x.example", "x.example", None, True),
        ("x.example", "a.x.example", None, True),
        ("*.x.example", "a.x.example", None, True),
        ("x.example", "notx.example", None, False),
        ("x.example", None, "36.110.1.1", False),
        ("36.110.0.0/16", None, "36.110.1.1", True),
        ("36.110.1.1", "x.example", "36.110.1.1", True),
        ("36.110.0.0/16", None, "2001:db8::1", False),
        ("*", None, None, True),
    ],
)
def test_destinations(destination, name, peer, expected):
    rule = Allow(destination=destination, reason="r")
    assert rule.reaches(name, ip_address(peer) if peer else None) is expected


def test_ports():
    assert Allow(destination="*", reason="r").permits_port("udp", 5)
    assert Allow(destination="*", reason="r", port=443).permits_port("udp", 443)
    assert not Allow(destination="*", reason="r", port="tcp/443").permits_port("udp", 443)
    assert Allow(destination="*", reason="r", port="TCP/443").permits_port("tcp", 443)


def test_the_last_day_still_counts():
    rule = Allow(destination="*", reason="r", until=date(2026, 11, 24))
    assert not rule.expired(datetime(2026, 11, 24, 23, tzinfo=UTC))
    assert rule.expired(datetime(2026, 11, 25, 1, tzinfo=UTC))
