"""`camscan schema`: the contracts as JSON Schema."""

from __future__ import annotations

import click


@click.command(short_help="Print a JSON Schema.")
@click.argument("what", type=click.Choice(["run", "config"]))
def schema(what: str) -> None:
    """Print the JSON Schema (2020-12) of a run or of camscan.toml.

    \b
    Examples:
      camscan schema run > run.schema.json
      camscan schema config
    """
    import json

    import msgspec

    if what == "run":
        from camscan.model.run import Run

        document = msgspec.json.schema(Run)
        document["$id"] = "camscan.run/1"
    else:
        from camscan.config import config_schema

        document = config_schema()
        document["$id"] = "camscan.toml"
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}
    click.echo(json.dumps(document, indent=2))
