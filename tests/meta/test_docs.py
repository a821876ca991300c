"""The documents describe everything that exists, nothing that does not, and quote the program."""

from __future__ import annotations

import fnmatch
import functools
import importlib
import json
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import msgspec
import pytest

import camscan.discovery
from camscan.cli import INTERRUPTED, cli
from camscan.cli.verdict import DONE, FOUND, INCOMPLETE
from camscan.config import config_schema
from camscan.egress.policy import _Table
from camscan.egress.reason import POINTS, Code
from camscan.egress.rule import Rule
from camscan.errors import CamscanError
from camscan.findings import registry as findings
from camscan.model.conversation import Verdict
from camscan.model.finding import Severity
from camscan.model.run import Run
from camscan.net.profile import PROFILES
from camscan.probes.plan import Ask
from camscan.protocols.registry import DECODERS
from camscan.report import contacts, csv, csv_findings
from camscan.report.registry import FORMATS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])


@functools.cache
def text(name: str) -> str:
    """A document by its path in the repository."""
    return (ROOT / name).read_text("utf-8")


def tool(name: str) -> ModuleType:
    """A module of tools/, which is no package."""
    path = ROOT / "tools" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"tools_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def headings(name: str, level: int) -> list[str]:
    """Headings of one level, outside code."""
    plain = re.sub(r"```.*?```", "", text(name), flags=re.DOTALL)
    return re.findall(rf"^{'#' * level} (.+)$", plain, flags=re.MULTILINE)


def rows(name: str, heading: str) -> dict[str, list[str]]:
    """First column (without backquotes) to the others, of the first table below `heading`."""
    after = text(name).partition(f"{heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", after, flags=re.MULTILINE)
    assert table is not None
    cells = [line.strip("|").split("|") for line in table[0].splitlines()[2:]]
    return {first.strip().strip("`"): [cell.strip() for cell in rest] for first, *rest in cells}


# --- what the program says of itself ------------------------------------------------------------


def test_the_commands_page_is_the_program() -> None:
    assert text("docs/commands.md") == tool("commands_doc").document(), (
        "run: python tools/commands_doc.py"
    )


def test_the_page_of_what_is_sent_is_the_program() -> None:
    assert text("docs/sent.md") == tool("sent_doc").document(), "run: python tools/sent_doc.py"


def test_the_man_page_is_the_program() -> None:
    assert text("docs/man/camscan.1") == tool("man_page").page(), "run: python tools/man_page.py"


def test_the_man_page_is_formatted_without_a_warning() -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    page = str(DOCS / "man" / "camscan.1")
    command = ["groff", "-man", "-Tutf8", "-P-c", "-ww", page]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "camscan report latest --baseline last-month.json --fail-on high" in done.stdout
    assert "3      Done, but incomplete, with" in re.sub("\b.", "", done.stdout)


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _commands(child, f"{path} {name}")


@pytest.mark.parametrize(
    ("path", "command"),
    [pytest.param(path, command, id=path) for path, command in _commands(cli, "camscan")],
)
def test_every_command_and_option_is_described(path: str, command: click.Command) -> None:
    page = text("docs/commands.md")
    assert path in headings("docs/commands.md", 2)
    section = page.partition(f"## {path}\n")[2].partition("\n## ")[0]
    assert (command.help or "").strip()
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{path} {option.opts}: no help"
            assert all(name in section for name in option.opts)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_line_that_a_page_shows_exists(page: Path) -> None:
    known = {path for path, _ in _commands(cli, "camscan")}
    options = {
        option
        for _, command in _commands(cli, "camscan")
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help", "-h", "--version", "-V"}
    for line in _command_lines(page):
        words = line.split()
        name = words[1] if len(words) > 1 else ""
        assert name.startswith(("-", "…")) or f"camscan {name}" in known, line
        if name == "fp" and len(words) > 2:
            assert f"camscan fp {words[2]}" in known, line
        own = line.partition(" -- ")[0]
        for option in re.findall(r"(?<=\s)--?[a-z][a-z-]*", own):
            assert option in options, f"{line}: {option}"


def _command_lines(page: Path) -> Iterator[str]:
    """Lines of shell blocks that call camscan, continued lines joined."""
    if page.name == "commands.md":
        return
    for block in re.findall(
        r"```(?:sh|console|powershell)\n(.*?)```", page.read_text("utf-8"), re.S
    ):
        for line in block.replace("\\\n", " ").splitlines():
            found = re.search(r"(?:^|\| )(?:\.venv/bin/)?(camscan [^|#>]*)", line)
            if found:
                yield re.sub(r"\"[^\"]*\"|'[^']*'", "…", found[1])


def test_the_readme_quotes_the_help() -> None:
    helped = dict(tool("commands_doc").helps(cli, "camscan", None))["camscan"]
    commands = helped.partition("Commands:\n")[2].partition("\n\n")[0]
    assert commands in text("README.md")


def _errors(kind: type[CamscanError]) -> Iterator[type[CamscanError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _errors(child)


def test_the_exit_codes() -> None:
    codes = {DONE, INCOMPLETE, FOUND, INTERRUPTED, click.UsageError.exit_code}
    codes |= {error.exit_code for error in _errors(CamscanError)}
    assert {int(code) for code in rows("docs/exit-codes.md", "# Exit codes")} == codes


# --- rooms ---------------------------------------------------------------------------------------


def test_the_formats() -> None:
    page = headings("docs/formats.md", 2)
    assert [name for name in page if name in FORMATS] == list(FORMATS)
    assert set(page) - set(FORMATS) == {"Redacted reports", "What is read"}


def test_the_columns_of_csv_formats() -> None:
    page = text("docs/formats.md")
    section = page.partition("## csv\n")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"`([a-z_]+)`", section)) == csv.COLUMNS
    section = page.partition("## csv-findings\n")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"`([a-z_]+)`", section)[1:]) == csv_findings.COLUMNS
    section = page.partition("## contacts\n")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"`([a-z]+)`", section)[:5]) == contacts.COLUMNS


def test_every_key_of_a_run() -> None:
    keys = {
        key
        for definition in msgspec.json.schema(Run)["$defs"].values()
        for key in definition.get("properties", ())
    }
    page = set(re.findall(r"`([a-z0-9_.]+)`", text("docs/formats.md")))
    named = {word.rpartition(".")[2] for word in page}
    assert keys - named == set()


def test_the_protocols_of_identify() -> None:
    section = text("docs/formats.md").partition("## What is read\n")[2].partition("**Captures**")[0]
    sentence = section.partition("protocols\nare")[2].partition(". Records")[0]
    assert set(re.findall(r"`([a-z0-9-]+)`", sentence)) == set(DECODERS)


def _discovery_methods() -> set[str]:
    names = set()
    for info in pkgutil.iter_modules(camscan.discovery.__path__):
        module = importlib.import_module(f"camscan.discovery.{info.name}")
        for kind in vars(module).values():
            if (
                isinstance(kind, type)
                and kind.__module__ == module.__name__
                and hasattr(kind, "run")
            ):
                names.add(getattr(kind, "name", None))
    return {name for name in names if isinstance(name, str)}


def test_the_discovery_methods_and_probes() -> None:
    probes = {ask.value for ask in Ask} - {Ask.NOTHING.value} | {"onvif", "upnp"}
    described = set(headings("docs/probes.md", 3))
    assert described == _discovery_methods() | probes | {"connect only"}


def test_the_finding_rules() -> None:
    rules = {
        rule.id
        for value in vars(findings).values()
        if isinstance(value, tuple)
        for rule in value
        if hasattr(rule, "findings")
    }
    assert rules
    assert set(headings("docs/findings.md", 2)) == rules | {"Status", "Verdicts", "Reasons"}


def test_verdicts_severities_and_reasons() -> None:
    assert list(rows("docs/findings.md", "## Verdicts")) == [verdict.value for verdict in Verdict]
    for severity in Severity:
        assert f"`{severity}`" in text("docs/findings.md")
    reasons = rows("docs/findings.md", "## Reasons")
    assert set(reasons) == {code.value for code in Code}
    points = {code: int(cells[0]) for code, cells in reasons.items() if cells[0]}
    assert points == {code.value: value for code, value in POINTS.items()}


def test_the_profiles() -> None:
    page = rows("docs/configuration.md", "all must fit.")
    assert set(page) == set(PROFILES)
    for name, profile in PROFILES.items():
        assert page[name][0] == f"{profile.on_link_pps:,.0f}"


def test_the_configuration_example_is_read_and_complete(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", text("docs/configuration.md"), re.DOTALL)
    assert block is not None
    example = tomllib.loads(block[1])
    wanted = {
        key
        for definition in config_schema()["$defs"].values()
        for key in definition.get("properties", ())
    }
    wanted |= set(_Table.__struct_fields__) | set(Rule.__struct_encode_fields__)
    assert wanted - set(_keys(example)) - {"device"} == set()
    (tmp_path / "sites.csv").write_text("site,subnet\nRipon,10.20.32.0/24\n", "utf-8")
    path = tmp_path / "camscan.toml"
    path.write_text(block[1], "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "camscan", "scan", "--plan", "--site", "Ripon", "--format", "json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    # The example's authority has dates; outside of them the refusal says so.
    assert done.returncode == 0 or "the authority" in done.stderr, done.stderr
    if done.returncode == 0:
        assert json.loads(done.stdout)["profile"] == "gentle"


def _keys(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield key
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _keys(inner)


# --- links ---------------------------------------------------------------------------------------


def _links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        plain = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", plain):
            if "://" not in target:
                yield page, target


@pytest.mark.parametrize(
    ("page", "target"),
    [pytest.param(p, t, id=f"{p.name}->{t}") for p, t in dict.fromkeys(_links())],
)
def test_every_link_leads_somewhere(page: Path, target: str) -> None:
    name, _, anchor = target.partition("#")
    path = (page.parent / name) if name else page
    assert path.exists()
    if anchor:
        found = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
        assert anchor in {
            re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in found
        }


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        waiting += [
            path
            for other, target in _links()
            if other == page
            and (path := (page.parent / target.partition("#")[0]).resolve()) not in seen
            and path.suffix == ".md"
        ]
    assert set(PAGES) - seen == set()


def test_files_that_the_documents_name_exist() -> None:
    for page in PAGES:
        for name in re.findall(
            r"`((?:camscan|tests|tools|fingerprints)/[a-z_/]+\.(?:py|toml))`",
            page.read_text("utf-8"),
        ):
            assert (ROOT / name).exists() or "acme" in name, f"{page.name}: {name}"


def test_the_image_is_built_from_files_that_exist_and_are_let_in() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text("Dockerfile"), re.MULTILINE)
    names = {name.rstrip("/") for line in copied for name in line.split()}
    assert names
    patterns = [line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")]
    for name in names:
        assert (ROOT / name).exists(), name
        assert any(fnmatch.fnmatch(name, pattern) for pattern in patterns), name
