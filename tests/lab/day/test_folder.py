import json
import tomllib

import pytest

from camscan.config import load_config
from camscan.egress.policy import parse_policy
from camscan.inventory.store import decode_run
from camscan.lab.day.folder import write_day
from camscan.lab.estates import small


@pytest.fixture(scope="module")
def made(tmp_path_factory, date):
    """A day in a folder that was not there."""
    return write_day(tmp_path_factory.mktemp("made") / "a" / "day", small(), "10.66", date)


def test_everything_is_there(made, day):
    assert made.day == day
    truth = {(one["device"], one["destination"]) for one in json.loads(made.truth.read_text())}
    assert truth == set(day.planted)
    assert decode_run(made.inventory.read_bytes(), "inventory").devices
    policy = parse_policy(load_config(made.config).egress)
    assert policy.home_countries == ("GB",)
    assert [rule.destination for rule in policy.allow] == ["cloudvms.example"]
    assert set(tomllib.loads(made.config.read_text())["site"]) == {"office", "annexe"}
    assert {path.name for path in made.zeek.iterdir()} == {"conn.log", "dns.log", "ssl.log"}
    for path in (made.pcap, made.filterlog, made.dnsmasq):
        assert path.stat().st_size > 1000


def test_again_into_the_same_folder_is_the_same(made, date):
    folder = made.pcap.parent
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert made.pcap.name in before
    assert write_day(folder, small(), "10.66", date) == made
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
