"""How `camscan geo` prints tables and addresses: columns, one JSON document, one object a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from camscan.cli.common import Settings
from camscan.cli.fp_print import print_json, print_table
from camscan.egress.address import parse, unwrapped
from camscan.egress.anycast import anycast_group
from camscan.egress.geo import Geo, GeoAnswer
from camscan.egress.special import GLOBAL, scope_of
from camscan.egress.tables.install import Checked
from camscan.egress.tables.installed import Record
from camscan.egress.tables.source import OLD_DAYS, DataSource
from camscan.errors import UsageError
from camscan.report.escape import plain


class AddressInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Both facts of one address; `asked` is the IPv4 address inside it that the tables are asked
    for, `anycast_service` the service of the embedded list."""

    address: str
    scope: str
    asked: str | None
    anycast_service: str | None
    answer: GeoAnswer


def describe(geo: Geo, text: str) -> AddressInfo:
    """What the tables say of `text`. Raises UsageError when it is no address."""
    address = parse(text)
    if address is None:
        raise UsageError(f"{plain(text)}: no IP address; geo info looks up no names")
    inner = unwrapped(address)
    return AddressInfo(
        address=text,
        scope=scope_of(inner),
        asked=str(inner) if inner != address else None,
        anycast_service=anycast_group(inner),
        answer=geo.lookup(text),
    )


def addresses_of(arguments: Iterable[str]) -> Iterator[str]:
    """The arguments; - stands for the lines of standard input."""
    for argument in arguments:
        if argument == "-":
            yield from (text for line in sys.stdin if (text := line.strip()))
        else:
            yield argument


def print_addresses(geo: Geo, arguments: Iterable[str]) -> None:
    """One JSON object a line, as they come."""
    encoder = msgspec.json.Encoder()
    for text in addresses_of(arguments):
        click.echo(encoder.encode(_flat(describe(geo, text))))


def print_info(
    geo: Geo, arguments: Sequence[str], settings: Settings, wanted: str, now: datetime
) -> None:
    """Every table in use, and both facts of each address."""
    found = [describe(geo, text) for text in addresses_of(arguments)]
    sources = [_source(source, now) for source in geo.sources]
    match wanted:
        case "json":
            document = {"tables": sources, "faults": geo.faults}
            print_json(document | {"addresses": [_flat(each) for each in found]})
        case "jsonl":
            for source in sources:
                click.echo(msgspec.json.encode(source))
        case _:
            if found:
                _print_facts(found, settings)
                click.echo("")
            _print_sources(geo, settings, now)


def print_installed(record: Record, checked: Sequence[Checked], wanted: str) -> None:
    """What is installed after a change, and how the new tables did in their test."""
    now = datetime.now(UTC)
    tests = [
        {
            "table": each.entry.source.label,
            "file": each.entry.file,
            "ranges": each.entry.ranges,
            "what": test.what,
            "asked": test.asked,
            "answered": test.answered,
            "right": test.right,
            "wrong": test.wrong,
        }
        for each in checked
        for test in each.tests
    ]
    tables = [_source(entry.source, now) | {"file": entry.file} for entry in record.tables]
    before = [_source(entry.source, now) | {"file": entry.file} for entry in record.before]
    match wanted:
        case "json":
            print_json({"tests": tests, "installed": tables, "before": before})
        case "jsonl":
            for table in tables:
                click.echo(msgspec.json.encode(table))
        case _:
            for each in checked:
                click.echo(plain(f"{each.entry.file}: {each.entry.source.credit}", 400))
                click.echo(f"  {each.entry.ranges:,} ranges, sha256 {each.entry.source.sha256}")
                for test in each.tests:
                    click.echo(plain(f"  {test}", 1000))
            click.echo(f"in use: {_labels(tables) or 'the embedded tables'}")
            click.echo(f"before: {_labels(before) or 'the embedded tables'}")


def _labels(tables: Iterable[dict[str, Any]]) -> str:
    return "; ".join(
        plain(f"{table['name']}, {table['date']} ({' and '.join(table['gives'])})")
        for table in tables
    )


def _source(source: DataSource, now: datetime) -> dict[str, Any]:
    table: dict[str, Any] = msgspec.to_builtins(source)
    return table | {"age_days": source.age_days(now), "old": source.is_old(now)}


def _flat(found: AddressInfo) -> dict[str, Any]:
    table: dict[str, Any] = msgspec.to_builtins(found)
    answer: dict[str, Any] = table.pop("answer")
    return table | answer


def _print_facts(found: Iterable[AddressInfo], settings: Settings) -> None:
    print_table(
        settings,
        ("address", "kind", "located in", "network", "registered in"),
        [_fact_row(each) for each in found],
    )


def _fact_row(found: AddressInfo) -> tuple[str, ...]:
    answer = found.answer
    address = found.address if found.asked is None else f"{found.address} (asked: {found.asked})"
    if found.scope != GLOBAL:
        return plain(address), found.scope, "not looked up", "", ""
    kind = GLOBAL
    where = _with_source(answer.country, answer.country_source)
    if answer.anycast:
        kind = f"anycast: {found.anycast_service}" if found.anycast_service else "anycast"
        where = "many places"
    network = f"AS{answer.asn} {answer.organisation or ''}".rstrip() if answer.asn else None
    return (
        plain(address),
        kind,
        where,
        _with_source(network, answer.network_source),
        _with_source(answer.operator_country, answer.operator_source),
    )


def _with_source(value: str | None, source: str | None) -> str:
    return plain(f"{value} ({source})") if value else "unknown"


def _print_sources(geo: Geo, settings: Settings, now: datetime) -> None:
    rows = []
    for source in geo.sources:
        age = source.age_days(now)
        rows.append(
            (
                " and ".join(source.gives),
                plain(source.name),
                source.date,
                "unknown" if age is None else f"{age} days",
                plain(source.licence),
                f"{source.bytes / 1e6:.1f} MB",
                source.origin,
            )
        )
    print_table(settings, ("says", "table", "date", "age", "licence", "size", "from"), rows)
    click.echo("")
    for source in geo.sources:
        if source.attribution or source.link:
            credit = " ".join(filter(None, (source.attribution, source.link)))
            click.echo(plain(f"{source.name}: {credit}"))
    old = [source.label for source in geo.sources if source.is_old(now)]
    if old:
        click.echo(
            plain(
                f"older than {OLD_DAYS} days: {'; '.join(old)}; camscan geo update takes newer"
                " ones",
                400,
            )
        )
    for fault in geo.faults:
        click.echo(plain(f"not used or overtaken: {fault}", 400))
