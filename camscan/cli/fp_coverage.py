"""`camscan fp coverage`: makers and protocols as a table, and what is thin."""

from __future__ import annotations

import click

from camscan.cli.common import Settings
from camscan.cli.fp_print import print_json, print_jsonl, print_table, wanted_format
from camscan.matching.coverage import DataCoverage, MakerCoverage, Totals, coverage, families
from camscan.matching.fingerprints import Fingerprints

# Every other protocol stands in one column: a table of all of them fits no terminal.
PROTOCOLS = ("http", "rtsp", "onvif", "wsd", "tls", "upnp", "ssdp", "mdns")
OTHERS = "other"


def show_coverage(data: Fingerprints, settings: Settings, *, only_thin: bool) -> None:
    """Print what `data` covers in the format asked for. Raises UsageError."""
    wanted = wanted_format(settings)
    found = coverage(data)
    makers = [each for each in found.makers if each.thin or not only_thin]
    match wanted:
        case "json":
            print_json({"data": data.version, "makers": makers, "totals": found.totals})
        case "jsonl":
            print_jsonl(makers)
        case _:
            columns = (
                "maker", "rules", "strong", "examples", *PROTOCOLS, OTHERS, "models", "firmware",
                "OUIs", "thin",
            )  # fmt: skip
            print_table(settings, columns, [_row(each) for each in makers])
            click.echo("")
            click.echo("\n".join(_summary(found, data)))


def _row(maker: MakerCoverage) -> list[object]:
    counts = families(maker.fields)
    others = sum(count for name, count in counts.items() if name not in PROTOCOLS)
    examples = maker.examples + maker.counter_examples
    return [
        maker.id,
        maker.rules,
        maker.strong,
        examples,
        *(counts.get(name, "") for name in PROTOCOLS),
        others or "",
        maker.models or "",
        maker.firmware or "",
        maker.ouis or "",
        ", ".join(maker.thin),
    ]


def _summary(found: DataCoverage, data: Fingerprints) -> list[str]:
    totals: Totals = found.totals
    fields = len(totals.fields)
    return [
        f"{totals.makers} makers ({totals.thin_makers} thin), {totals.brands} brands, "
        f"{totals.platforms} platforms, {totals.software} software products",
        f"{totals.rules} rules ({totals.strong} strong) over {fields} fields, "
        f"{totals.examples} examples, {totals.counter_examples} counter-examples",
        f"{totals.models} model grammars, {totals.firmware} firmware grammars, "
        f"{totals.ouis} MAC prefixes, {totals.relations} brand relations, "
        f"{totals.destinations} destinations",
        f"fields without a rule: {', '.join(totals.unused_fields) or 'none'}",
        f"data {data.version.version} of {data.version.date}, sha256 {data.version.sha256}",
    ]
