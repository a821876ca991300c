"""`python -m bench.zeek`: a conn.log of Zeek, read for 212 cameras and for everybody.

`--json`: the same connections as JSON Lines, and camscan alone. Beside the table awk adds up the
same log by address, peer and port, without filter, names or hours, and DuckDB (where it is
installed) by address, peer, port, transport, state and hour. Peak memory is that of the largest
process of each.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.measure import Measured, measure

COLUMNS = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
    "proto",
    "service",
    "duration",
    "orig_bytes",
    "resp_bytes",
    "conn_state",
    "local_orig",
    "local_resp",
    "missed_bytes",
    "history",
    "orig_pkts",
    "orig_ip_bytes",
    "resp_pkts",
    "resp_ip_bytes",
    "tunnel_parents",
    "ip_proto",
]
CAMERAS = [f"10.66.{1 + n // 100}.{10 + n % 100}" for n in range(212)]
_OTHERS = [f"10.70.{n // 250}.{1 + n % 250}" for n in range(1000)]
_SERVICES = ((443, "tcp"), (443, "tcp"), (80, "tcp"), (123, "udp"), (53, "udp"))
_AWK = (
    'BEGIN{FS="\\t"} !/^#/{k=$3" "$5" "$6; n[k]++; p[k]+=$17; b[k]+=$18} '
    "END{for(k in n) print k,n[k],p[k],b[k]}"
)
_READ = """
import sys
from camscan.sources.flows.join import record_of
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.read import read_into
from camscan.sources.flows.source import Reading
from camscan.sources.flows.total import packed_address
wanted = sys.argv[2:]
keep = Keep(addresses=frozenset(map(packed_address, wanted))) if wanted else Keep()
reading = Reading(keep)
read_into([sys.argv[1]], reading)
record = record_of(reading)
assert record.count and record.flows and not record.sources[0].bad
"""
_DUCKDB = """
import sys, duckdb
names = sys.argv[2].split()
counted = ("pkts", "bytes")
kinds = {n: "BIGINT" if n.endswith(counted) else "VARCHAR" for n in names} | {"ts": "DOUBLE"}
columns = ",".join(f"'{n}':'{k}'" for n, k in kinds.items())
con = duckdb.connect(config={"threads": 2, "memory_limit": "250MB"})
query = con.execute(f'''select "id.orig_h","id.resp_h","id.resp_p",proto,conn_state,
 floor(ts/3600) h,count(*),sum(orig_pkts),sum(orig_ip_bytes),sum(resp_pkts),sum(resp_ip_bytes),
 min(ts),max(ts)
 from read_csv('{sys.argv[1]}',delim='\\t',header=false,skip=7,quote='',escape='',nullstr='-',
 auto_detect=false,store_rejects=true,columns={{{columns}}})
 where len({sys.argv[3:]!r})=0 or "id.orig_h" in {sys.argv[3:] or ['']!r}
 or "id.resp_h" in {sys.argv[3:] or ['']!r} group by all''')
while query.fetchmany(10000):
    pass
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.zeek", description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="camscan-bench-") as name:
        path = Path(name) / "conn.log"
        write_log(path, given.lines)
        if given.json:
            path = as_json(path)
        print(f"conn.log of {given.lines:,} lines, {path.stat().st_size / 1e6:.0f} MB")
        for one in _measured(path, given.repeats, with_others=not given.json):
            print(
                f"  {one.name:<30}{one.seconds:>8.2f} s{one.processor:>8.2f} s of processor"
                f"{given.lines / one.seconds:>12,.0f} lines/s{one.peak_mib:>7.0f} MiB",
                flush=True,
            )
    return 0


def _measured(path: Path, repeats: int, *, with_others: bool) -> Iterator[Measured]:
    own = [sys.executable, "-c", _READ, str(path)]
    yield measure("camscan, 212 cameras", [*own, *CAMERAS], repeats=repeats)
    yield measure("camscan, everybody", own, repeats=repeats)
    if not with_others:
        return
    awk = shutil.which("awk")
    if awk is not None:
        yield measure("awk, everybody", [awk, _AWK, str(path)], repeats=repeats)
    if importlib.util.find_spec("duckdb") is not None:
        duck = [sys.executable, "-c", _DUCKDB, str(path), " ".join(COLUMNS)]
        yield measure("DuckDB, 212 cameras", [*duck, *CAMERAS], repeats=repeats)
        yield measure("DuckDB, everybody", duck, repeats=repeats)


def write_log(path: Path, lines: int) -> None:
    """One line in ten is a camera's; everybody has a few peers, one try in ten gets no answer."""
    chance = random.Random(1)

    def peer() -> tuple[str, int, str]:
        address = ".".join(str(chance.randint(11, 200)) for _ in range(4))
        return (address, *chance.choice(_SERVICES))

    peers = {who: [peer() for _ in range(5 if who in CAMERAS else 12)] for who in CAMERAS + _OTHERS}
    with path.open("w", encoding="ascii") as file:
        file.write("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n")
        file.write("#path\tconn\n#fields\t" + "\t".join(COLUMNS) + "\n#types\tnot\tused\n")
        for start in range(0, lines, 10_000):
            numbers = range(start, min(start + 10_000, lines))
            file.write("".join(_line(number, chance, peers) for number in numbers))


def as_json(table: Path) -> Path:
    """The connections of a table as Zeek writes JSON: what is unset is left out."""
    texts = {"uid", "id.orig_h", "id.resp_h", "proto", "service", "conn_state", "history"}
    path = table.with_suffix(".json")
    with table.open(encoding="ascii") as rows, path.open("w", encoding="ascii") as file:
        for row in rows:
            if row.startswith("#"):
                continue
            cells = zip(COLUMNS, row.rstrip("\n").split("\t"), strict=True)
            known = {name: cell for name, cell in cells if cell != "-"}
            known |= {name: f'"{cell}"' for name, cell in known.items() if name in texts}
            known |= {
                name: str(known[name] == "T").lower() for name in ("local_orig", "local_resp")
            }
            file.write("{" + ",".join(f'"{name}":{cell}' for name, cell in known.items()) + "}\n")
    return path


def _line(number: int, chance: random.Random, peers: dict[str, list[tuple[str, int, str]]]) -> str:
    who = chance.choice(CAMERAS if chance.random() < 0.1 else _OTHERS)
    peer, port, proto = chance.choice(peers[who])
    if chance.random() < 0.1:
        rest = "-\t-\t-\t-\tS0\tT\tF\t0\tS\t1\t60\t0\t0\t-\t6"
    else:
        out, back = chance.randint(40, 90_000), chance.randint(40, 900_000)
        rest = (
            f"ssl\t{chance.random() * 60:.6f}\t{out}\t{back}\tSF\tT\tF\t0\tShADadFf\t"
            f"{out // 800 + 3}\t{out + 400}\t{back // 1000 + 3}\t{back + 400}\t-\t6"
        )
    return (
        f"{1_793_000_000 + number * 0.0086:.6f}\tC{number:017x}\t{who}\t"
        f"{chance.randint(32_768, 60_999)}\t{peer}\t{port}\t{proto}\t{rest}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
