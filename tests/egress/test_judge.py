from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from camscan.egress.destination import KnownDestinations
from camscan.egress.geo import Geo
from camscan.egress.judge import Judge, Seen
from camscan.egress.policy import Policy, parse_policy
from camscan.egress.reason import Code
from camscan.egress.talk import talks
from camscan.egress.who import DeviceIndex
from camscan.model.conversation import Verdict
from camscan.model.flow import Flow, Origin

CAMERA, CHINA, GERMANY = "10.66.1.10", "36.110.220.15", "47.91.78.1"
START = datetime(2026, 11, 24, 2, 13, tzinfo=UTC).timestamp()
HOME = {"home_countries": ["GB"]}


@pytest.fixture(scope="module")
def geo():
    return Geo.embedded()


@pytest.fixture
def judge(geo, make_device, make_destination):
    known = KnownDestinations(
        [
            make_destination("hikvision", "hik-connect.com", ports=("tcp/443",)),
            make_destination("dahua", "easy4ipcloud.com"),
            make_destination("reolink", "pool.ntp.org", purpose="time"),
            make_destination("throughtek", "iotcplatform.com", purpose="p2p"),
            make_destination("cs2", ports=("udp/32100",), purpose="p2p"),
        ]
    )

    def run(policy=HOME, *, seen_since=START, resolving=(CAMERA,), inside=(), answers=(), **values):
        base = {
            "source": CAMERA, "source_mac": None, "peer": CHINA, "port": 443, "protocol": "tcp",
            "first": START, "last": START + 9, "packets_out": 9, "packets_in": 9,
            "bytes_out": 900, "bytes_in": 900, "origin": Origin.SYN,
        }  # fmt: skip
        device = make_device(CAMERA, maker=values.pop("maker", "Hikvision"))
        flow = Flow(**(base | values))
        (talk,) = talks(
            [flow],
            DeviceIndex([device]),
            {(CAMERA, flow.name): answers},
            watched={device.id: device},
        )
        seen = Seen(starts={CAMERA: seen_since}, resolving=frozenset(resolving), both_ways=True)
        judged = Judge(parse_policy(policy) if policy else Policy(), geo, known, seen, inside)
        verdict, reasons = judged.verdict(talk)
        return verdict, {reason.code: reason.text for reason in reasons}

    return run


def test_a_call_to_china_by_address(judge):
    verdict, reasons = judge(port=8000, seen_since=START - 22_380)
    assert verdict is Verdict.UNEXPECTED
    assert "located in CN (DB-IP Country Lite, 2026-06-01)" in reasons[Code.FOREIGN_COUNTRY]
    assert "AS23724" in reasons[Code.OPERATOR]
    assert Code.DIRECT_IP in reasons
    assert "02:13:00 UTC, 6 h 13 min after" in reasons[Code.LATE_START]


def test_where_no_dns_was_seen_nothing_is_said_about_the_missing_name(judge):
    verdict, reasons = judge(resolving=())
    assert verdict is Verdict.UNEXPECTED
    assert Code.DIRECT_IP not in reasons
    assert Code.NO_NAME in reasons


def test_dns_of_others_shows_that_the_device_asked_nothing(judge):
    _, reasons = judge(resolving=("10.66.1.11", "10.66.1.12"))
    assert reasons[Code.DIRECT_IP].endswith(
        "no DNS question of the device was seen, but of 2 others"
    )


def test_own_makers_cloud_wherever_it_is(judge):
    verdict, reasons = judge(peer=GERMANY, name="litedev.hik-connect.com", name_source="sni")
    assert verdict is Verdict.VENDOR_CLOUD
    assert "remote viewing stops" in reasons[Code.LISTED]
    assert Code.FOREIGN_COUNTRY in reasons
    assert Code.OEM_HINT not in reasons


def test_an_unlisted_port_of_the_own_cloud_is_said(judge):
    verdict, reasons = judge(port=8555, name="hik-connect.com", name_source="dns")
    assert verdict is Verdict.VENDOR_CLOUD
    assert Code.UNLISTED_PORT in reasons


def test_another_makers_cloud_is_a_hint(judge):
    verdict, reasons = judge(name="www.easy4ipcloud.com", name_source="dns")
    assert verdict is Verdict.VENDOR_CLOUD
    assert "dahua's, the maker of the device is held to be Hikvision" in reasons[Code.OEM_HINT]


def test_p2p_libraries(judge):
    verdict, reasons = judge(name="m1.iotcplatform.com", name_source="dns", protocol="udp")
    assert verdict is Verdict.VENDOR_CLOUD
    assert Code.P2P_LIBRARY in reasons
    verdict, reasons = judge(protocol="udp", port=32_100)
    assert verdict is Verdict.UNEXPECTED
    assert "cs2" in reasons[Code.P2P_LIBRARY]


@pytest.mark.parametrize(
    "port, protocol, expected",
    [
        (53, "udp", Verdict.INFRASTRUCTURE),
        (53, "tcp", Verdict.INFRASTRUCTURE),
        (123, "udp", Verdict.INFRASTRUCTURE),
        (67, "udp", Verdict.INFRASTRUCTURE),
        (554, "tcp", Verdict.INTERNAL),
        (None, "icmp", Verdict.INTERNAL),
    ],
)
def test_inside(judge, port, protocol, expected):
    assert judge(peer="10.66.0.1", port=port, protocol=protocol)[0] is expected


@pytest.mark.parametrize("peer", ["224.0.0.251", "255.255.255.255", "169.254.1.1", "100.64.0.9"])
def test_local_addresses_are_inside(judge, peer):
    assert judge(peer=peer, protocol="udp", port=9999)[0] is Verdict.INTERNAL


def test_public_networks_of_the_user_are_inside(judge):
    policy = {"internal": ["36.110.0.0/16"]}
    assert judge(policy)[0] is Verdict.INTERNAL
    assert judge(inside=(ip_network("36.110.0.0/16"),))[0] is Verdict.INTERNAL


@pytest.mark.parametrize(
    "port, code", [(53, Code.FOREIGN_DNS), (853, Code.FOREIGN_DNS), (123, Code.FOREIGN_NTP)]
)
def test_resolvers_and_clocks_outside(judge, port, code):
    protocol = "tcp" if port == 853 else "udp"
    verdict, reasons = judge(port=port, protocol=protocol, peer="119.29.29.29")
    assert verdict is Verdict.UNEXPECTED
    assert code in reasons
    assert Code.ANYCAST in reasons
    chosen = HOME | {"dns": ["119.29.29.29"], "ntp": ["119.29.29.29"]}
    assert judge(chosen, port=port, protocol=protocol, peer="119.29.29.29")[0] is (
        Verdict.INFRASTRUCTURE
    )


def test_a_public_clock_pool_is_no_oem_hint(judge):
    verdict, reasons = judge(name="0.pool.ntp.org", name_source="dns", port=123, protocol="udp")
    assert verdict is Verdict.UNEXPECTED
    assert "0.pool.ntp.org" in reasons[Code.FOREIGN_NTP]
    own = judge(name="0.pool.ntp.org", port=123, protocol="udp", maker="Reolink")
    assert own[0] is Verdict.VENDOR_CLOUD


@pytest.mark.parametrize(
    "rule, allowed",
    [
        ({"destination": "36.110.0.0/16"}, True),
        ({"destination": "36.110.0.0/16", "maker": "hikvision"}, True),
        ({"destination": "36.110.0.0/16", "maker": "axis"}, False),
        ({"destination": "36.110.0.0/16", "site": "Ripon"}, True),
        ({"destination": "36.110.0.0/16", "site": "Harrogate"}, False),
        ({"destination": "36.110.0.0/16", "device": CAMERA}, True),
        ({"destination": "36.110.0.0/16", "device": "d-" + CAMERA}, True),
        ({"destination": "36.110.0.0/16", "device": "10.66.1.11"}, False),
        ({"destination": "36.110.0.0/16", "port": 80}, False),
        ({"destination": "vms.example"}, False),
    ],
)
def test_allow_rules(judge, rule, allowed):
    verdict, reasons = judge(HOME | {"allow": [rule | {"reason": "change 4711", "owner": "IT"}]})
    assert (verdict is Verdict.ALLOWED) is allowed
    if allowed:
        assert "change 4711, owner IT" in reasons[Code.ALLOW_RULE]


def test_an_expired_rule_allows_nothing_and_is_named(judge):
    rule = {"destination": "*", "reason": "trial", "until": "2026-11-23"}
    verdict, reasons = judge(HOME | {"allow": [rule]})
    assert verdict is Verdict.UNEXPECTED
    assert "ended on 2026-11-23" in reasons[Code.EXPIRED_RULE]


def test_what_the_peer_began_is_no_call(judge):
    verdict, reasons = judge(source=CHINA, peer=CAMERA, port=80)
    assert verdict is Verdict.UNKNOWN
    assert Code.PEER_BEGAN in reasons
    assert Code.FOREIGN_COUNTRY in reasons


def test_unknown_direction_and_icmp_errors(judge):
    verdict, reasons = judge(origin=Origin.UNKNOWN)
    assert verdict is Verdict.UNKNOWN
    assert Code.DIRECTION_UNKNOWN in reasons
    verdict, reasons = judge(origin=Origin.UNKNOWN, protocol="icmp", port=None)
    assert Code.ICMP_ERROR in reasons


def question(judge, name, answers=(), policy=HOME):
    return judge(
        policy, peer=None, port=53, protocol="udp", name=name, name_source="dns-question",
        packets_out=0, packets_in=0, origin=Origin.FIRST, answers=answers,
    )  # fmt: skip


def test_questions_without_a_connection(judge):
    assert question(judge, "1.0.66.10.in-addr.arpa")[0] is Verdict.INFRASTRUCTURE
    assert question(judge, "nvr")[0] is Verdict.INFRASTRUCTURE
    assert question(judge, "dev.hik-connect.com")[0] is Verdict.VENDOR_CLOUD
    assert question(judge, "x.example")[0] is Verdict.UNKNOWN
    assert question(judge, "x.example", ("81.2.69.142",))[0] is Verdict.UNKNOWN
    verdict, reasons = question(judge, "x.example", ("81.2.69.142", CHINA))
    assert verdict is Verdict.UNEXPECTED
    assert CHINA in reasons[Code.FOREIGN_COUNTRY]
    assert Code.NAME_ONLY in reasons


def test_a_question_that_the_name_server_blocked(judge):
    verdict, reasons = judge(
        peer=None, port=53, protocol="udp", name="x.example", name_source="dns-question",
        packets_out=0, packets_in=0, origin=Origin.FIRST, blocked=True,
    )  # fmt: skip
    assert verdict is Verdict.UNKNOWN
    assert "name server gave no address on purpose" in reasons[Code.BLOCKED]


def test_a_question_may_be_allowed(judge):
    rule = {"destination": "x.example", "port": 443, "reason": "vms"}
    assert question(judge, "x.example", (CHINA,), {"allow": [rule]})[0] is Verdict.ALLOWED


def test_reserved_addresses_are_outside_and_nowhere(judge):
    verdict, reasons = judge(peer="203.0.113.9")
    assert verdict is Verdict.UNEXPECTED
    assert Code.COUNTRY_UNKNOWN in reasons
