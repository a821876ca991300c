import hashlib
import json
from importlib import resources
from ipaddress import ip_address

from camscan.egress.tables import embedded
from camscan.egress.tables.source import COUNTRY, NETWORK, OPERATOR


def test_sources_are_those_of_the_manifest_and_have_their_size():
    folder = resources.files("camscan.egress").joinpath("geodata")
    manifest = json.loads(folder.joinpath("manifest.json").read_bytes())
    for part in (COUNTRY, NETWORK, OPERATOR):
        source = embedded.source(part)
        assert source.date == manifest[part]["date"]
        assert source.licence == manifest[part]["licence"]
        assert source.attribution
        assert source.link.startswith("https://")
        assert (source.gives, source.origin) == ((part,), "embedded")
    sizes = {name: len(folder.joinpath(name).read_bytes()) for name in manifest["packed"]}
    assert embedded.source(COUNTRY).bytes == sizes["country4.xz"] + sizes["country6.xz"]


def test_files_are_those_that_the_manifest_digests():
    manifest = json.loads(embedded.read("manifest.json"))
    for name, digest in manifest["packed"].items():
        assert hashlib.sha256(embedded.read(name)).hexdigest() == digest


def test_facts_stay_in_their_tables():
    address = ip_address("47.88.59.209")
    where = embedded.country_table().find(address)
    who = embedded.network_table().find(address)
    assert (where.country, where.asn) == ("US", None)
    assert (who.country, who.asn) == (None, 45102)
    assert embedded.operators().get(45102)[0] == "CN"
