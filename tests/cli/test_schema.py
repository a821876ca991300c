"""`camscan schema`."""

from __future__ import annotations

import json

import jsonschema
import pytest
from click.testing import CliRunner

from camscan.cli import cli
from camscan.inventory.store import encode_run
from camscan.model.run import Run


@pytest.mark.parametrize("what", ["run", "config"])
def test_is_a_valid_schema(what: str) -> None:
    document = json.loads(CliRunner().invoke(cli, ["schema", what]).stdout)
    jsonschema.Draft202012Validator.check_schema(document)


def test_a_run_validates_and_a_broken_one_does_not(sample_run: Run) -> None:
    schema = json.loads(CliRunner().invoke(cli, ["schema", "run"]).stdout)
    validator = jsonschema.Draft202012Validator(schema)
    document = json.loads(encode_run(sample_run))
    validator.validate(document)
    document["devices"][0]["class"]["band"] = "certain"
    assert not validator.is_valid(document)
