"""Tables of the whole world, small: they know the addresses of the self-test and a few more."""

import csv
import gzip
import importlib.util
import io
import sys
from ipaddress import ip_address
from pathlib import Path

from camscan.egress.tables.known import known_addresses

SEPTEMBER, NOVEMBER = 1_788_220_800, 1_793_491_200  # 2026-09-01, 2026-11-01


def _writer():
    name = "camscan_test_mmdb_writer"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, Path(__file__).parent / "mmdb_writer.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    return sys.modules[name]


write_mmdb = _writer().write_mmdb
encode_mmdb = _writer().encode_mmdb


def network_of(text):
    address = ip_address(text)
    bits = address.max_prefixlen - (24 if address.version == 4 else 48)
    return f"{type(address)(int(address) >> bits << bits)}/{address.max_prefixlen - bits}"


def world(make):
    """(network, record) for every known address, the record by `make(known)`."""
    return [(network_of(str(known.address)), make(known)) for known in known_addresses()]


def geolite_country(known):
    return {
        "continent": {"code": "EU"},
        "country": {"iso_code": known.country, "names": {"en": "x"}},
        "registered_country": {"iso_code": "DE"},
    }


def geolite_asn(known):
    return {
        "autonomous_system_number": known.asns[0],
        "autonomous_system_organization": known.holder,
    }


def ipinfo_lite(known):
    return {
        "asn": f"AS{known.asns[0]}",
        "as_name": known.holder,
        "as_domain": "example.net",
        "continent_code": "EU",
        "country": "Some Country",
        "country_code": known.country,
    }


def country_mmdb(path, *, kind="GeoLite2-Country", epoch=NOVEMBER, more=()):
    return write_mmdb(path, [*world(geolite_country), *more], kind=kind, epoch=epoch)


def asn_mmdb(path, *, kind="GeoLite2-ASN", epoch=NOVEMBER, more=()):
    return write_mmdb(path, [*world(geolite_asn), *more], kind=kind, epoch=epoch)


def ipinfo_mmdb(path, *, epoch=NOVEMBER, more=()):
    records = [*world(ipinfo_lite), *more]
    return write_mmdb(path, records, kind="ipinfo generic_lite.mmdb", epoch=epoch)


def _rows(rows, path):
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    data = stream.getvalue().encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def _span(known):
    address = known.address
    bits = address.max_prefixlen - (24 if address.version == 4 else 48)
    first = int(address) >> bits << bits
    return [str(type(address)(n)) for n in (first, first + (1 << bits) - 1)]


def _sorted():
    return sorted(known_addresses(), key=lambda k: (k.address.version, int(k.address)))


def dbip_country_csv(path):
    zero = [["0.0.0.0", "0.255.255.255", "ZZ"]]
    return _rows(zero + [[*_span(k), k.country] for k in _sorted()], path)


def dbip_asn_csv(path):
    return _rows([[*_span(k), k.asns[0], k.holder] for k in _sorted()], path)


def ipinfo_csv(path, *, shuffled=False):
    head = [
        "network",
        "country",
        "country_code",
        "continent",
        "continent_code",
        "asn",
        "as_name",
        "as_domain",
    ]
    known = known_addresses() if shuffled else _sorted()
    rows = [
        [network_of(str(k.address)), "X", k.country, "X", "EU", f"AS{k.asns[0]}", k.holder, "x.net"]
        for k in known
    ]
    return _rows([head, *rows], path)
