"""Build camscan/egress/geodata/ from downloaded tables: `python tools/geo_pack.py --help`.

The inputs are files that the person who runs this fetched; nothing is downloaded here. The same
inputs give the same bytes. Country: an MMDB whose records hold `country_code`. Networks: CSV
`first,last,asn,organisation` with numeric addresses. Operator country: an MMDB of the country in
which the network's holder is registered; an AS gets the country of two thirds of its ranges.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import maxminddb

from camscan.egress.range_table import BEST, decode, encode
from camscan.egress.tables import packed

Ranges = Iterator[tuple[int, int, str]]
GEODATA = Path(__file__).resolve().parent.parent / "camscan" / "egress" / "geodata"


def country_ranges(path: Path, version: int) -> Ranges:
    """Ranges of an MMDB for one IP version; IPv6 cut to the upper 64 bits, larger nets only."""
    shift = 0 if version == 4 else 64
    following = 0
    with maxminddb.open_database(path, maxminddb.MODE_MEMORY) as reader:
        for network, record in reader:
            if network.version != version or not isinstance(record, dict):
                continue
            first = int(network.network_address) >> shift
            last = int(network.broadcast_address) >> shift
            code = record.get("country_code")
            if first < following or not isinstance(code, str):
                continue
            following = last + 1
            yield first, last, code


def asn_ranges(path: Path, version: int) -> Ranges:
    """Ranges of the CSV; parts below an IPv6 /64 take the value of the first."""
    shift = 0 if version == 4 else 64
    following = 0
    with path.open(encoding="utf-8", newline="") as stream:
        for first_text, last_text, asn, *_ in csv.reader(stream):
            first = max(int(first_text) >> shift, following)
            last = int(last_text) >> shift
            if last < first:
                continue
            following = last + 1
            yield first, last, asn


def organisations(paths: list[Path]) -> dict[int, str]:
    """AS number to name, the first name seen winning."""
    names: dict[int, str] = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as stream:
            for _, _, asn, name in csv.reader(stream):
                names.setdefault(int(asn), " ".join(name.split()))
    return names


def operator_countries(asn4: Path, registered: Path) -> dict[int, str]:
    """AS number to the country of at least two thirds of its IPv4 ranges, nothing otherwise."""
    table = decode(encode(country_ranges(registered, 4), 4))
    tally: dict[int, Counter[str]] = {}
    with asn4.open(encoding="utf-8", newline="") as stream:
        for first, _, asn, _ in csv.reader(stream):
            code = table.find(int(first))
            if code:
                tally.setdefault(int(asn), Counter())[code] += 1
    leading = {asn: count.most_common(1)[0] for asn, count in tally.items()}
    return {
        asn: code for asn, (code, ranges) in leading.items() if 3 * ranges >= 2 * tally[asn].total()
    }


def pack_operators(names: dict[int, str], countries: dict[int, str]) -> bytes:
    """The names as small as they get."""
    return packed.pack_operators(names, countries, BEST)


def digest(path: Path) -> dict[str, Any]:
    """Name, size and SHA-256 of one input."""
    data = path.read_bytes()
    return {"file": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def main() -> None:
    """Write the packed tables and their manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("country4", "country6", "asn4", "asn6", "registered"):
        parser.add_argument(f"--{option}", type=Path, required=True)
    for option in ("country-date", "asn-date", "country-package", "asn-package"):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--registered-package", required=True)
    parser.add_argument("--out", type=Path, default=GEODATA)
    given = parser.parse_args()
    names = organisations([given.asn4, given.asn6])
    files = {
        "country4.xz": encode(country_ranges(given.country4, 4), 4),
        "country6.xz": encode(country_ranges(given.country6, 6), 8),
        "asn4.xz": encode(asn_ranges(given.asn4, 4), 4),
        "asn6.xz": encode(asn_ranges(given.asn6, 6), 8),
        "operators.xz": pack_operators(names, operator_countries(given.asn4, given.registered)),
    }
    given.out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (given.out / name).write_bytes(data)
    manifest = {
        "country": {
            "name": "DB-IP Country Lite",
            "date": given.country_date,
            "licence": "CC BY 4.0",
            "attribution": "IP Geolocation by DB-IP",
            "link": "https://db-ip.com",
            "package": given.country_package,
            "inputs": [digest(given.country4), digest(given.country6)],
        },
        "network": {
            "name": "RouteViews and DB-IP ASN Lite",
            "date": given.asn_date,
            "licence": "CC BY 4.0",
            "attribution": "RouteViews, NRO and DB-IP",
            "link": "https://github.com/sapics/ip-location-db",
            "package": given.asn_package,
            "inputs": [digest(given.asn4), digest(given.asn6)],
        },
        "operator": {
            "name": "IPtoASN country",
            "date": given.asn_date,
            "licence": "PDDL 1.0",
            "attribution": "iptoasn.com",
            "link": "https://iptoasn.com",
            "package": given.registered_package,
            "inputs": [digest(given.registered)],
        },
        "packed": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
    (given.out / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
