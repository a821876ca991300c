"""`camscan fp`: look at the fingerprints, check them, try them, add to them."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.fp_print import print_json, print_jsonl, print_table, wanted_format
from camscan.errors import UsageError

if TYPE_CHECKING:
    from camscan.matching.fingerprints import Fingerprints
    from camscan.matching.problem import Problem

WHAT = ("makers", "brands", "platforms", "software", "rules", "relations", "destinations")
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@click.group(
    short_help="List, show, check and extend the fingerprints.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@common_options
@click.pass_context
def fp(context: click.Context, settings: Settings) -> None:
    """The fingerprints: what an answer means, and who says so.

    \b
    Examples:
      camscan fp list
      camscan fp show hikvision
      camscan fp test http.server "App-webs/"
      camscan fp coverage
      camscan fp record 10.20.0.9 -o jsonl:unknown.jsonl
      camscan fp lint
    """
    context.obj = settings


def _load(settings: Settings) -> Fingerprints:
    from camscan.matching.data import data_root
    from camscan.matching.load import load

    return load(data_root(settings.fingerprints))


@fp.command("list", short_help="What the data covers.")
@click.argument("what", type=click.Choice(WHAT), required=False)
@common_options
def list_(what: str | None, settings: Settings) -> None:
    """List makers, brands, platforms, software, rules, relations or destinations.

    Without an argument: a summary of everything, makers first.
    """
    from camscan.matching.catalog import rows, summary

    data = _load(settings)
    entries = rows(data, what or "makers")
    match wanted_format(settings):
        case "json":
            print_json({"data": data.version, "entries": entries})
        case "jsonl":
            print_jsonl(entries)
        case _:
            columns = list(entries[0]) if entries else []
            print_table(settings, columns, [list(entry.values()) for entry in entries])
            if what is None:
                click.echo("")
                click.echo(summary(data))


def _unknown(data: Fingerprints, name: str) -> UsageError:
    import difflib

    known = [*data.by_id, *data.makers, *data.brands, *data.platforms, *data.software]
    near = difflib.get_close_matches(name, dict.fromkeys(known), n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; `camscan fp list` names them"
    return UsageError(f"fp show {name}: no such id{hint}")


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={text}" for key, text in value.items())
    return str(value)


def _text_lines(table: dict[str, Any]) -> Iterable[str]:
    for key, value in table.items():
        if value in (None, "", [], {}, ()):
            continue
        if not isinstance(value, list):
            yield f"{key}: {_plain(value)}"
            continue
        yield f"{key}:"
        yield from (f"  {_plain(each)}" for each in value)


@fp.command("show", short_help="One maker, brand, product or rule in full.")
@click.argument("name", metavar="ID")
@common_options
def show(name: str, settings: Settings) -> None:
    """Show a maker, brand, platform, software product, rule, grammar or relation by its id."""
    import msgspec

    from camscan.matching.catalog import belongings, find

    data = _load(settings)
    found = find(data, name)
    if found is None:
        raise _unknown(data, name)
    what, entry = found
    table = {"what": what, "id": name}
    table |= msgspec.to_builtins(entry) | belongings(data, what, name)
    match wanted_format(settings):
        case "json":
            print_json(table)
        case "jsonl":
            print_jsonl([table])
        case _:
            click.echo("\n".join(_text_lines(table)))


@fp.command("coverage", short_help="Makers and fields: how many rules, and what is thin.")
@click.option("--thin", is_flag=True, help="Only makers for which something is missing.")
@common_options
def coverage(thin: bool, settings: Settings) -> None:
    """Count rules, examples, grammars and MAC prefixes of every maker, and say what is thin.

    Text has a column per protocol; json and jsonl (one maker a line) have the rules per field.
    """
    from camscan.cli.fp_coverage import show_coverage

    show_coverage(_load(settings), settings, only_thin=thin)


def _problem_line(problem: Problem) -> str:
    where = f"{problem.file}: {problem.rule}" if problem.rule else problem.file
    return f"{where}: {problem.level}: {problem.message} [{problem.code}]"


@fp.command("lint", short_help="Check the data; exit code 1 when something is wrong.")
@click.option("--strict", is_flag=True, help="Warnings fail as well.")
@common_options
@click.pass_context
def lint(context: click.Context, strict: bool, settings: Settings) -> None:
    """Check every file: words, sources, examples against all rules, expressions, personal data.

    Of lists and advisories: dates, sources, firms, bounds of versions, and every example.
    """
    from camscan.lists.lint import lint as check_lists
    from camscan.matching.data import data_root
    from camscan.matching.lint import lint as check

    began = time.perf_counter()
    root = data_root(settings.fingerprints)
    problems = (*check(root), *check_lists(root))
    errors = sum(1 for problem in problems if problem.level == "error")
    match wanted_format(settings):
        case "json":
            print_json({"errors": errors, "problems": problems})
        case "jsonl":
            print_jsonl(problems)
        case _:
            for problem in problems:
                click.echo(_problem_line(problem))
            spent = time.perf_counter() - began
            click.echo(
                f"{errors} errors, {len(problems) - errors} warnings ({spent:.1f} s)", err=True
            )
    if errors or (strict and problems):
        context.exit(1)


@fp.command("test", short_help="Run all examples, or try one value.")
@click.argument("field", required=False)
@click.argument("value", required=False)
@common_options
@click.pass_context
def test(context: click.Context, field: str | None, value: str | None, settings: Settings) -> None:
    """Without arguments: run every example of every rule. With FIELD and VALUE: what hits?

    \b
    Examples:
      camscan fp test
      camscan fp test rtsp.www_authenticate 'Digest realm="IP Camera(C5654)"'
      camscan fp test http.body - < page.html
    """
    data = _load(settings)
    if field is None:
        context.exit(_test_examples(data, settings))
    if not data.vocabulary.knows(field):
        raise UsageError(f"fp test {field}: no such field; fingerprints/vocabulary.toml lists them")
    if value is None:
        raise UsageError(f"fp test {field}: give the VALUE as well, or - for standard input")
    if value == "-":
        value = sys.stdin.buffer.read().decode("utf-8", "replace")
    _test_value(data, settings, field, value)


def _test_examples(data: Fingerprints, settings: Settings) -> int:
    """Run all examples; the exit code."""
    from camscan.matching.checks import example, grammar

    found = [*example.check(data), *grammar.check(data)]
    failed = [problem for problem in found if problem.level == "error"]
    examples = sum(len(rule.examples) + len(rule.not_examples) for rule in data.rules)
    match wanted_format(settings):
        case "json":
            print_json({"rules": len(data.rules), "examples": examples, "failed": failed})
        case "jsonl":
            print_jsonl(failed)
        case _:
            for problem in failed:
                click.echo(_problem_line(problem))
            click.echo(f"{examples} examples of {len(data.rules)} rules, {len(failed)} failed")
    return 1 if failed else 0


def _test_value(data: Fingerprints, settings: Settings, field: str, value: str) -> None:
    from camscan.matching.explain import explain, lines
    from camscan.matching.match import Matcher
    from camscan.model.evidence import Evidence

    evidence = Evidence(target="test", field=field, value=value, method="test")
    judgement = Matcher(data).judge((evidence,))
    hits = [
        {
            "rule": hit.rule.id,
            "strength": hit.rule.strength,
            "asserts": hit.rule.asserts,
            "captures": hit.captures,
            "source": hit.rule.source,
        }
        for hit in judgement.hits
    ]
    match wanted_format(settings):
        case "json":
            print_json({"field": field, "hits": hits, "identity": judgement.identity})
        case "jsonl":
            print_jsonl(hits)
        case _:
            if not hits:
                click.echo(f"no rule of {field} matches")
            for found in judgement.hits:
                said = {**found.rule.asserts, **found.captures}
                click.echo(f"{found.rule.id} ({found.rule.strength}): {_plain(said)}")
            click.echo("")
            for line in lines(explain(judgement, data)):
                if "nothing that was seen says so" not in line:
                    click.echo(line)


def _target_folder(settings: Settings) -> Path:
    """Where new data goes: --fingerprints, else the checkout, else the user's own folder."""
    from camscan.matching.data import data_root, overlay_folder

    if settings.fingerprints is not None:
        return settings.fingerprints
    base = data_root().base
    if isinstance(base, Path) and base.name == "fingerprints" and base.parent.name != "_data":
        return base
    return overlay_folder()


@fp.command("new", short_help="Add a rule, and its file where there is none.")
@click.option(
    "--kind",
    type=click.Choice(["maker", "brand", "platform", "software"]),
    default="maker",
    show_default=True,
    help="What the value proves.",
)
@click.option("--id", "name_id", required=True, help="Id of the file, for example hikvision.")
@click.option("--name", default="", help="Printed name; for a new file.")
@click.option("--country", default="", help="Head office, two letters; for a new maker or brand.")
@click.option("--field", required=True, help="Evidence field, for example http.server.")
@click.option("--value", required=True, help="The value to match.")
@click.option(
    "--match",
    "operator",
    type=click.Choice(["equals", "prefix", "contains", "regex"]),
    default="equals",
    show_default=True,
    help="How to match it.",
)
@click.option("--example", default="", help="A whole value as seen, when --value is a part of it.")
@click.option("--source", default="", help="Who says so, for example github:owner/repo path.")
@click.option(
    "--strength",
    type=click.Choice(["strong", "medium", "weak"]),
    default="medium",
    show_default=True,
    help="How much it proves.",
)
@click.option("--class", "device_class", help="Class that it proves as well.")
@click.option("--software-kind", default="other", show_default=True, help="For --kind software.")
@click.option("--word", default="", help="Last word of the rule's id.  [default: from the value]")
@common_options
def new(settings: Settings, kind: str, name_id: str, operator: str, **given: Any) -> None:
    """Write a rule that loads, with its example and its source; refused without a source.

    \b
    Example:
      camscan fp new --id acme --name "Acme Vision" --country GB --field http.server \\
          --value "AcmeCam/1.0" --source "manual: Acme installer guide 2026, page 12"
    """
    from datetime import UTC, datetime

    from camscan.matching.rule import Kind, Operator
    from camscan.matching.scaffold import Draft, extended

    if not NAME.fullmatch(name_id):
        raise UsageError(f"--id {name_id}: lower-case letters, digits and hyphens, as a file name")
    folders = {"maker": Kind.MAKER, "brand": Kind.BRAND, "platform": Kind.PLATFORM}
    draft = Draft(
        kind=folders.get(kind, Kind.SOFTWARE),
        id=name_id,
        operator=Operator(operator),
        **given,
    )
    folder = _target_folder(settings)
    path = folder / draft.kind.value / f"{name_id}.toml"
    before = path.read_text("utf-8") if path.is_file() else None
    text = extended(before, draft, datetime.now(UTC).date())
    _accept(draft.kind.value, path, text, draft.rule_id, settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
    click.echo(f"{path}: rule {draft.rule_id} added")
    click.echo("Check it with: camscan fp lint")


def _accept(folder: str, path: Path, text: str, rule_id: str, settings: Settings) -> None:
    """Nothing is written that would not load. Raises UsageError or DataError."""
    from camscan.matching.compile import RuleSet
    from camscan.matching.data import DataFile
    from camscan.matching.part import read_part

    data = _load(settings)
    part = read_part(DataFile(name=f"{folder}/{path.name}", content=text.encode()))
    rule = next(each for each in part.rules if each.id == rule_id)
    if rule_id in data.by_id or sum(1 for each in part.rules if each.id == rule_id) > 1:
        raise UsageError(f"rule {rule_id} exists; give another --word")
    if not data.vocabulary.knows(rule.field):
        raise UsageError(f"--field {rule.field}: fingerprints/vocabulary.toml lists the fields")
    given_class = rule.asserts.get("class")
    if given_class is not None and given_class not in data.vocabulary.classes:
        raise UsageError(f"--class {given_class}: one of {', '.join(data.vocabulary.classes)}")
    seen = rule.examples[0].text
    if not RuleSet([rule], data.vocabulary).search(rule.field, seen):
        raise UsageError(f"the example {seen!r} does not match the rule")


@fp.command("record", short_help="Write the masked answers of one device.")
@click.argument("target", metavar="TARGET[:PORT]")
@click.option("--allow-public", is_flag=True, help="Permit a public address (with an authority).")
@click.option("--authorised-by", metavar="TEXT", help="Who allows this; stands in the run.")
@common_options
def record(target: str, allow_public: bool, authorised_by: str | None, settings: Settings) -> int:
    """Ask one device what a scan asks, gently, and write its answers as JSON Lines.

    MAC addresses keep their first three bytes; serials, nonces, addresses, host names and the names
    that an owner chose are masked. The lines are what `camscan identify` reads. The scan is kept
    like any other, unmasked, beside the data base. With PORT only this port is tried, and gets what
    a scan sends there.

    \b
    Examples:
      camscan fp record 10.20.0.9 -o jsonl:unknown.jsonl
      camscan fp record 10.20.0.9:8080 | camscan identify
    """
    from camscan.cli.fp_record import record_device

    return record_device(target, settings, allow_public=allow_public, authorised_by=authorised_by)
