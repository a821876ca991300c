"""The jobs of docs/ci.md are what GitHub and GitLab take."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from camscan.cli import cli

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^## (GitHub Actions|GitLab)\n+```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
SCHEMAS = {"GitHub Actions": "github-workflow.json", "GitLab": "gitlab-ci.json"}


@cache
def validator(system: str) -> jsonschema.Draft7Validator:
    path = Path(__file__).parent / "data" / SCHEMAS[system]
    schema = json.loads(path.read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


@cache
def job(system: str) -> dict[str, Any]:
    """The example as its system reads it: `on` is a word there, and true in YAML 1.1."""
    examples = dict(BLOCK.findall((ROOT / "docs" / "ci.md").read_text("utf-8")))
    read = yaml.safe_load(examples[system])
    return {"on" if key is True else key: value for key, value in read.items()}


@pytest.mark.parametrize("system", SCHEMAS)
def test_the_job_keeps_the_schema(system: str) -> None:
    validator(system).validate(job(system))


def test_the_schemas_refuse_what_is_wrong() -> None:
    wrong = job("GitHub Actions") | {"permissions": {"contents": "all"}}
    with pytest.raises(jsonschema.ValidationError):
        validator("GitHub Actions").validate(wrong)
    cameras = job("GitLab")["cameras"] | {"allow_failure": {"exit_code": 3}}
    with pytest.raises(jsonschema.ValidationError):
        validator("GitLab").validate({"cameras": cameras})


def test_the_options_of_the_jobs_exist() -> None:
    github = [
        step["run"] for step in job("GitHub Actions")["jobs"]["cameras"]["steps"] if "run" in step
    ]
    for script in (*github, *job("GitLab")["cameras"]["script"]):
        words = shlex.split(script)
        if words[:4] != ["camscan", "lab", "up", "--"]:
            continue
        name, command, *given = words[4:]
        assert (name, command) == ("camscan", "scan")
        scan = cli.get_command(click.Context(cli), command)
        assert scan is not None
        known = {option for each in scan.params for option in each.opts}
        assert {word for word in given if word.startswith("-")} <= known
