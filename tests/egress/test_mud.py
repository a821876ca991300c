import json
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.egress.mud import parse_mud
from camscan.errors import ConfigError
from tests.json_values import json_values

ACL = "ietf-access-control-list:acls"


def document(*aces, lists=("from",), systeminfo="Example camera"):
    """A file as RFC 8520 section 9 shows one."""
    return {
        "ietf-mud:mud": {
            "mud-version": 1,
            "mud-url": "https://lighting.example.com/lightbulb2000",
            "systeminfo": systeminfo,
            "from-device-policy": {
                "access-lists": {"access-list": [{"name": name} for name in lists]}
            },
        },
        ACL: {"acl": [{"name": "from", "type": "ipv4-acl-type", "aces": {"ace": list(aces)}}]},
    }


def ace(name="cl0-frdev", forwarding="accept", **matches):
    return {"name": name, "matches": matches, "actions": {"forwarding": forwarding}}


CLOUD = ace(
    ipv4={"ietf-acldns:dst-dnsname": "test.example.com", "protocol": 6},
    tcp={
        "ietf-mud:direction-initiated": "from-device",
        "destination-port": {"operator": "eq", "port": 443},
    },
)


def read(*aces, **more):
    return parse_mud(json.dumps(document(*aces, **more)).encode(), "a.json")


def test_a_name_and_a_port(make_talk):
    mud = read(CLOUD)
    assert (mud.title, mud.problems) == ("Example camera", ())
    assert mud.permits(make_talk(name="test.example.com"), ()).title == "cl0-frdev"
    for other in ({"name": "x.example.com"}, {"port": 80}, {"protocol": "udp"}, {"name": None}):
        assert mud.permits(make_talk(**({"name": "test.example.com"} | other)), ()) is None


def test_a_question_needs_only_the_name(make_talk):
    question = make_talk(peer=None, port=53, protocol="udp", name="test.example.com")
    assert read(CLOUD).permits(question, ()) is not None


@pytest.mark.parametrize(
    "matches, talk, expected",
    [
        ({"ipv4": {"destination-ipv4-network": "36.110.0.0/16"}}, {}, True),
        ({"ipv4": {"destination-ipv4-network": "36.111.0.0/16"}}, {}, False),
        ({"udp": {"destination-port": {"lower-port": 100, "upper-port": 200}}},
         {"protocol": "udp", "port": 150}, True),
        ({"tcp": {"destination-port": {"operator": "neq", "port": 443}}}, {}, False),
        ({"tcp": {"destination-port": {"operator": "gte", "port": 400}}}, {}, True),
        ({"tcp": {"destination-port": {"operator": "lte", "port": 400}}}, {}, False),
        ({"ietf-mud:mud": {"controller": "urn:ietf:params:mud:dns"}}, {"port": 53}, True),
        ({"ietf-mud:mud": {"controller": "urn:ietf:params:mud:ntp"}},
         {"port": 123, "protocol": "udp"}, True),
        ({"ietf-mud:mud": {"local-networks": [None]}}, {}, False),
        ({"ietf-mud:mud": {"local-networks": [None]}}, {"peer": "10.1.1.1"}, True),
        ({"ietf-mud:mud": {"local-networks": [None]}}, {"peer": "81.2.69.5"}, True),
    ],
)  # fmt: skip
def test_matches(make_talk, matches, talk, expected):
    mud = read(ace(**matches))
    assert mud.problems == ()
    assert (mud.permits(make_talk(**talk), (ip_network("81.2.69.0/24"),)) is not None) is expected


def test_the_first_entry_that_covers_decides(make_talk):
    drop = ace("no", "drop", ipv4={"destination-ipv4-network": "36.110.1.1/32"})
    everything = ace("all", ipv4={"destination-ipv4-network": "36.110.0.0/16"})
    assert read(drop, everything).permits(make_talk(), ()) is None
    assert read(everything, drop).permits(make_talk(), ()).title == "all"


def test_what_is_not_understood_permits_nothing_and_is_told(make_talk):
    mud = read(
        ace(ipv4={"source-ipv4-network": "10.0.0.0/8"}),
        ace(**{"ietf-mud:mud": {"controller": "https://example.com/controllers"}}),
        ace(tcp={"destination-port": {"operator": "eq", "port": "many"}}),
        lists=("from", "gone"),
    )
    assert mud.aces == ()
    assert len(mud.problems) == 4
    assert "'gone' is missing" in mud.problems[-1]


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"ietf-mud:mud": {}}', b"\xff"])
def test_another_file_is_none(text):
    with pytest.raises(ConfigError, match=r"a\.json is no MUD file"):
        parse_mud(text, "a.json")


JSON = json_values(leaves=8)


@given(st.dictionaries(st.sampled_from(["ipv4", "tcp", "udp", "ietf-mud:mud", "eth"]), JSON), JSON)
def test_fuzz_parse_mud_never_fails_otherwise(matches, port):
    whole = ace(**(matches | {"tcp": {"destination-port": port}}))
    for made in (document(whole), document(matches), document(whole, systeminfo=port)):
        try:
            parse_mud(json.dumps(made).encode(), "a.json")
        except ConfigError:
            continue
