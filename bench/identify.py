"""A million recorded answers to identify, and what one pattern at a time would take.

`python -m bench.identify` prints all rows; it needs about half a gigabyte of disk space.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.measure import Measured, measure
from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.matching.rule import Operator
from camscan.model.evidence import Evidence

Record = tuple[str, str, str]
CAMERAS = 0.05
HOSTILE = {
    "64 KiB of a": "a" * 65536,
    "nested brackets": "[({<" * 16384,
    "NULs": "\0" * 65536,
}
SAMPLE = 20_000
"""Records that are also put to each pattern in turn: all of them would take hours."""

_RE2_CODE = re.compile(r"\\x\{([0-9A-Fa-f]{1,4})\}")
_SERVERS = (
    "nginx/1.{}.{}",
    "Apache/2.4.{} (Debian)",
    "Microsoft-IIS/10.0",
    "lighttpd/1.4.{}",
    "Boa/0.94.14rc21",
    "GoAhead-Webs",
    "mini_httpd/1.19 19dec2003",
    "debut/1.30",
    "uhttpd",
    "Virata-EmWeb/R6_2_1",
    "cisco-IOS",
)
_TITLES = ("Login", "RouterOS router configuration page", "Index of /", "401 Unauthorized", "")
_REALMS = ("Router", "level_15_access", "TP-LINK Wireless N Router WR841N", "NETGEAR R7000")


def records(amount: int, seed: int = 1) -> Iterator[Record]:
    """(target, field, value): one target in twenty is a camera; a third of the values is new."""
    chance = random.Random(seed)
    made = number = 0
    while made < amount:
        number += 1
        target = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        pairs = _camera(chance) if chance.random() < CAMERAS else _other(chance)
        for field, value in pairs[: amount - made]:
            made += 1
            yield target, field, value


def distinct(given: Iterator[Record]) -> Iterator[Record]:
    """The same records, none of whose values comes twice: a number of its own ends each of them."""
    for number, (target, field, value) in enumerate(given):
        yield target, field, value if field == "mac.address" else f"{value} {number:x}"


def _hex(chance: random.Random, digits: int) -> str:
    return f"{chance.getrandbits(4 * digits):0{digits}x}"


def _camera(chance: random.Random) -> list[tuple[str, str]]:
    nonce = f'nonce="{_hex(chance, 32)}"'
    match chance.randrange(4):
        case 0:
            realm = f'realm="IP Camera(C{chance.randrange(10_000)})"'
            return [
                ("http.server", "App-webs/"),
                ("rtsp.www_authenticate", f'Digest {realm}, {nonce}, stale="FALSE"'),
                ("http.www_authenticate", f'Digest qop="auth", {realm}, {nonce}'),
            ]
        case 1:
            realm = f'realm="Login to {_hex(chance, 32)}"'
            return [
                ("http.title", "WEB SERVICE"),
                ("rtsp.server", "Rtsp Server/3.0"),
                ("rtsp.www_authenticate", f"Digest {realm}, {nonce}"),
                ("onvif.manufacturer", "Dahua"),
            ]
        case 2:
            tail = _hex(chance, 6)
            return [
                ("http.www_authenticate", f'Digest realm="AXIS_00408C{tail.upper()}", {nonce}'),
                ("upnp.manufacturer", "AXIS"),
                ("upnp.model_name", f"AXIS P{chance.randrange(1000, 4000)}"),
                ("mac.address", f"00:40:8c:{tail[:2]}:{tail[2:4]}:{tail[4:]}"),
            ]
        case _:
            return [
                ("wsd.scope", "onvif://www.onvif.org/type/video_encoder"),
                ("wsd.scope", f"onvif://www.onvif.org/hardware/IPC-{_hex(chance, 6).upper()}"),
                ("wsd.scope", "onvif://www.onvif.org/name/NVT"),
                ("http.server", "uc-httpd 1.0.0"),
            ]


def _other(chance: random.Random) -> list[tuple[str, str]]:
    title = chance.choice(_TITLES) or f"Welcome to host {_hex(chance, 6)}"
    numbers = chance.randrange(60), chance.randrange(60)
    found = [
        ("http.status", str(chance.choice((200, 302, 401, 404)))),
        ("http.server", chance.choice(_SERVERS).format(*numbers)),
        ("http.title", title),
    ]
    if chance.random() < 0.3:
        found.append(("http.www_authenticate", f'Basic realm="{chance.choice(_REALMS)}"'))
    if chance.random() < 0.3:
        found.append(("mac.address", ":".join(_hex(chance, 2) for _ in range(6))))
    if chance.random() < 0.3:
        version = f"{chance.randrange(6, 10)}.{chance.randrange(9)}p1"
        found.append(("ssh.banner", f"SSH-2.0-OpenSSH_{version}"))
    if chance.random() < 0.1:
        words = " ".join(_hex(chance, 8) for _ in range(60))
        found.append(
            ("http.body", f"<html><head><title>x</title></head><body>{words}</body></html>")
        )
    return found


def write_lines(path: Path, given: Iterator[Record]) -> None:
    """The records as `camscan identify` reads them."""
    with path.open("w", encoding="ascii") as file:
        for target, field, value in given:
            file.write(json.dumps({"target": target, "field": field, "value": value}) + "\n")


def _code(found: re.Match[str]) -> str:
    """`\\x{1F}` of RE2 as `re` writes it."""
    return f"\\u{int(found[1], 16):04x}"


def one_by_one(matcher: Matcher) -> Callable[[str, str], int]:
    """What hits a value, asking `re` or a text comparison for each rule of the field in turn."""
    tests: dict[str, list[Callable[[str], object]]] = {}
    for rule in matcher.fingerprints.rules:
        text = rule.text
        asked: Callable[[str], object]
        match rule.operator:
            case Operator.EQUALS:
                asked = text.__eq__
            case Operator.PREFIX:
                asked = re.compile(re.escape(text)).match
            case Operator.CONTAINS:
                asked = re.compile(re.escape(text)).search
            case _:
                asked = re.compile(_RE2_CODE.sub(_code, text)).search
        tests.setdefault(rule.field, []).append(asked)
    return lambda field, value: sum(1 for asked in tests.get(field, ()) if asked(value[:8192]))


def cpu(work: Callable[[], object]) -> float:
    """Seconds of processor time that `work` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def library(path: Path) -> int:
    """Judge the file in this process, which prints what it took; a command of its own."""
    from camscan.inventory.device_lines import DeviceLines, batches
    from camscan.matching.recall import Recall
    from camscan.sources.targets import Indexed

    recall = Recall(Matcher(load()))
    recall.judge({})
    targets = Indexed([(path.name, path.read_bytes())])

    def judge() -> None:
        writer = DeviceLines(recall)
        for batch in batches(targets):
            writer.lines(batch)

    seconds = cpu(judge)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  judging alone, in the library {seconds:>8.2f} s of processor, {peak:.0f} MiB")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.identify", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.library is not None:
        return library(given.library)
    with tempfile.TemporaryDirectory(prefix="camscan-bench-") as name:
        run(Path(name), given.records, given.repeats)
    return 0


def run(folder: Path, amount: int, repeats: int) -> None:
    """All rows."""
    own = [sys.executable, "-m", "camscan", "identify", "--format", "jsonl"]
    path, one = folder / "records.jsonl", folder / "one.jsonl"
    new = folder / "distinct.jsonl"
    write_lines(path, records(amount))
    write_lines(new, distinct(records(amount)))
    write_lines(one, records(1))
    start = measure("one record", [*own, str(one)], repeats=repeats)
    whole = measure("camscan identify", [*own, str(path)], repeats=repeats)
    never_seen = measure("every value distinct", [*own, str(new)], repeats=repeats)
    print(f"{amount:,} records, {path.stat().st_size / 1e6:.0f} MB, one target in 20 a camera")
    loading()
    print(f"  every value another           {_took(never_seen)}")
    rate, slower = (
        amount / max(each.processor - start.processor, 0.001) for each in (whole, never_seen)
    )
    print(f"  start and one record          {_took(start)}")
    print(f"  camscan identify, all of them {_took(whole)}")
    print(f"  after the start: {rate:,.0f} records/s of processor time on one core")
    print(f"  the same with every value another: {slower:,.0f} records/s")
    library_run = [sys.executable, "-m", "bench.identify", "--library", str(path)]
    measure("library", library_run, repeats=1, show=True)
    beside_re(amount, whole.processor - start.processor)
    hostile(repeats)
    print("  recog's own matcher: none can be installed from PyPI, so it is not compared\n")


def _took(one: Measured) -> str:
    return f"{one.seconds:>8.2f} s, {one.processor:.2f} s of processor, {one.peak_mib:.0f} MiB"


def loading() -> None:
    """How long the whole data base takes to load: from TOML, and as every later start finds it."""
    from camscan.matching.cache import read_parts
    from camscan.matching.data import as_root, data_files
    from camscan.matching.load import matching_files

    with tempfile.TemporaryDirectory(prefix="camscan-bench-") as name:
        files = matching_files(data_files(as_root(None)))
        first = cpu(lambda: read_parts(files, Path(name)))
        again = cpu(lambda: read_parts(files, Path(name)))
    warm = cpu(load)
    print(
        f"  fingerprints: {first:.3f} s from TOML, {again:.3f} s stored; all of load {warm:.3f} s"
    )


def beside_re(amount: int, seconds: float) -> None:
    """The same values put to `re`, one pattern after the other: hits alone, nothing judged."""
    matcher = Matcher(load())
    ask = one_by_one(matcher)
    sample = list(records(SAMPLE, seed=2))
    took = cpu(lambda: [ask(field, value) for _, field, value in sample]) / SAMPLE
    ratio = took / max(seconds / amount, 1e-9)
    print(f"  re, one pattern at a time: {took * amount:,.0f} s of processor ({ratio:.1f} times)")


def hostile(repeats: int) -> None:
    """Twice as many hostile values in every field take about twice as long."""
    matcher = Matcher(load())
    matcher.rules.prepare()
    for name, value in HOSTILE.items():
        evidence = [
            Evidence(target="t", field=field, value=f"{value}", method="identify")
            for field in sorted(matcher.rules.fields)
        ]
        once, twice = (
            min(cpu(lambda: [matcher.judge(evidence) for _ in range(n)]) for _ in range(repeats))  # noqa: B023
            for n in (2, 4)
        )
        print(f"  {name} in every field: {once / 2:.3f} s, twice as much {twice / once:.2f} times")


if __name__ == "__main__":
    sys.exit(main())
