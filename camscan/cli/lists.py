"""`camscan lists`: the procurement lists and advisories that findings rest on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.kev import kev_option, read_kev
from camscan.errors import UsageError

if TYPE_CHECKING:
    from camscan.lists.load import Lists

FORMATS = ("table", "json", "markdown")
ADVISORIES = "advisories"


@click.group(
    short_help="Procurement lists and advisories.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@common_options
@click.pass_context
def lists(context: click.Context, settings: Settings) -> None:
    """The procurement and export lists and the firmware advisories that findings rest on.

    \b
    Examples:
      camscan lists show
      camscan lists show us-fcc-covered
      camscan lists show --maker hikvision
      camscan lists show advisories --maker dahua
    """
    context.obj = settings


@lists.command("show", short_help="What the lists say, as of when, and who says so.")
@click.argument("name", metavar="[LIST]", required=False)
@click.option("--maker", metavar="ID", help="What each list says of this maker or brand.")
@kev_option
@common_options
def show(settings: Settings, name: str | None, maker: str | None, kev_file: Path | None) -> None:
    """Show all lists, one LIST in full, or the advisories (LIST is `advisories`).

    Every list has its legal form, the day of the document, the day of which its content is known,
    and its sources. With --maker: named, not named in the data of a day, or unknown. Where [lists]
    of camscan.toml says which lists count, those stand first and in its order.

    \b
    Examples:
      camscan lists show --format markdown
      camscan lists show uk-hcws386
      camscan lists show --maker uniview --format json
      camscan lists show advisories --kev-file known_exploited_vulnerabilities.json
    """
    from camscan.cli.data import fingerprints
    from camscan.config import load_config
    from camscan.lists.load import lists_of, with_catalogue
    from camscan.lists.rows import advisory_rows, by_policy, list_document, list_rows

    wanted = settings.format or "table"
    if wanted not in FORMATS:
        raise UsageError(f"--format {wanted}: lists writes {', '.join(FORMATS)}")
    data = lists_of(fingerprints(settings))
    catalogue = read_kev(kev_file)
    if catalogue is not None:
        data = with_catalogue(data, catalogue)
    _check_maker(data, maker)
    rows = by_policy(list_rows(data, maker), data, load_config(settings.config).lists)
    if name == ADVISORIES:
        _print(settings, wanted, ADVISORIES, advisory_rows(data, maker))
    elif name is None:
        _print(settings, wanted, "lists", rows)
    else:
        found = next((each for each in data.lists if each.id == name), None)
        if found is None:
            known = ", ".join([*(each.id for each in data.lists), ADVISORIES])
            raise UsageError(f"lists show {name}: no such list; there are {known}")
        if maker is not None:
            rows = [row for row in rows if row["list"] == name]
            _print(settings, wanted, "lists", rows)
        else:
            _print_document(wanted, list_document(found))


def _check_maker(data: Lists, maker: str | None) -> None:
    known = {*data.fingerprints.makers, *data.fingerprints.brands}
    known |= {each.subject for each in data.advisories}
    if maker is not None and maker not in known:
        raise UsageError(f"--maker {maker}: no such maker or brand; `camscan fp list` names them")


def _print(settings: Settings, wanted: str, key: str, rows: list[dict[str, Any]]) -> None:
    from camscan.cli.fp_print import print_json, print_table
    from camscan.lists.rows import WHAT_A_LIST_IS

    if wanted == "json":
        print_json({"about": WHAT_A_LIST_IS, key: rows})
        return
    columns = list(rows[0]) if rows else []
    cells = [[_cell(row[column]) for column in columns] for row in rows]
    if wanted == "markdown":
        _markdown_table(columns, cells)
    else:
        print_table(settings, columns, cells)
    click.echo("")
    click.echo(WHAT_A_LIST_IS)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _markdown_table(columns: list[str], rows: list[list[str]]) -> None:
    click.echo(f"| {' | '.join(columns)} |")
    click.echo("|" + "---|" * len(columns))
    for row in rows:
        click.echo(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |")


def _print_document(wanted: str, document: dict[str, Any]) -> None:
    """One list in full: JSON, Markdown with headings, or lines of text."""
    from camscan.cli.fp_print import print_json
    from camscan.lists.rows import WHAT_A_LIST_IS

    if wanted == "json":
        print_json({"about": WHAT_A_LIST_IS, **document})
        return
    markdown = wanted == "markdown"
    if markdown:
        click.echo(f"# {document['title']}\n")
    bullet = "- " if markdown else ""
    for key, value in document.items():
        if value in ("", [], None):
            continue
        if not isinstance(value, list):
            click.echo(f"{bullet}{key}: {value}")
            continue
        click.echo(f"\n## {key}\n" if markdown else f"{key}:")
        for entry in value:
            text = entry if isinstance(entry, str) else _entry(entry)
            click.echo(f"{'- ' if markdown else '  '}{text}")
    click.echo("")
    click.echo(WHAT_A_LIST_IS)


def _entry(entry: dict[str, Any]) -> str:
    return "; ".join(f"{_cell(value)}" for value in entry.values() if value)
