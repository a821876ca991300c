"""The page put together: templates, style sheet, script and data, under one strict policy."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from importlib.resources import files

import msgspec

from camscan.authority import NOT_RECORDED
from camscan.inventory.run_text import run_sha256
from camscan.inventory.second_process import Meanwhile
from camscan.inventory.streamed import StoredConversations
from camscan.model.count import class_of, count
from camscan.model.coverage import SubnetState
from camscan.model.run import Run
from camscan.report.charts.flow import egress_bands
from camscan.report.html.groups import groups, steps
from camscan.report.html.pictures import pictures
from camscan.report.html.records import records
from camscan.report.html.strings import safe_json
from camscan.report.html.talks import parties
from camscan.report.html.trusted import trusted
from camscan.report.markup import environment
from camscan.report.parties import sums_of
from camscan.report.tally import NO_SITE, UNKNOWN, by_maker, by_site, cameras
from camscan.report.words import answer


def pieces(run: Run) -> Iterator[str]:
    """The page piece by piece, for it may be large. Whatever a network said is cleaned (`plain`)
    and escaped on its way."""
    style, script = _file("style.css"), _file("script.js")
    # First: a process may wait with what it made for this, and hold it.
    kept = records(run)
    data = [trusted(part) for part in safe_json(kept.data)]
    kept = msgspec.structs.replace(kept, data={})
    given = said(run)
    template = environment("camscan.report.html").get_template("page.html")
    return template.generate(
        **given,
        policy=_policy(style, script),
        style=trusted(style),
        script=trusted(script),
        data=data,
        evidence_left_out=kept.evidence_left_out,
        texts_left_out=kept.texts_left_out,
    )


def said(run: Run) -> dict[str, object]:
    """What every template of a report is given: the run, its totals, findings and pictures."""
    digest = Meanwhile(
        lambda: run_sha256(run), long=isinstance(run.conversations, StoredConversations)
    )
    found = groups(run)
    # One after the other: each is large while it is made, and little is left of it.
    sums = sums_of(run.conversations)
    sentences, outside = answer(run, sums), parties(sums)
    del sums
    rows = by_maker(cameras(run))
    bands = egress_bands(run)
    return {
        "run": run,
        "totals": count(run.devices),
        "answer": sentences,
        "makers": rows,
        "known_makers": [row for row in rows if row.maker != UNKNOWN],
        "sites": by_site(run),
        "with_sites": any(s.site for s in run.coverage.subnets) or any(d.site for d in run.devices),
        "bands": bands,
        "charts": pictures(run, bands, found),
        "groups": found,
        "steps": steps(run, found),
        "parties": outside,
        "class_of": class_of,
        "NO_SITE": NO_SITE,
        "NOT_RECORDED": NOT_RECORDED,
        "ANSWERED": SubnetState.ANSWERED,
        "sha256": digest.get(),
    }


def _file(name: str) -> str:
    return files("camscan.report.html").joinpath("templates", name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded, sent or framed; one style sheet and one script may run, by hash."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
