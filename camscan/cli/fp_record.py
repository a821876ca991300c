"""`camscan fp record`: one device's answers, masked, and what to do with them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from camscan.cli import INTERRUPTED
from camscan.cli.common import Output, Settings
from camscan.cli.data import matcher
from camscan.cli.message import say
from camscan.cli.output import write
from camscan.cli.request import ScanOptions, ScanPlan, decide
from camscan.cli.scanning import conduct
from camscan.config import load_config
from camscan.errors import SourceError, UsageError
from camscan.inventory.journal import Record, Saw
from camscan.inventory.store import Store
from camscan.matching.match import Matcher
from camscan.matching.recording import Line, Recording, record
from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence
from camscan.report.escape import plain

FORMAT = "jsonl"
PROFILE = "gentle"
METHOD = "identify"
HIGHEST_PORT = 65535
_BRACKETED = re.compile(r"\[([^\]]+)\](?::(\d+))?")
_WITH_PORT = re.compile(r"([^:]+):(\d+)")
# Fields that the maker writes, the best first: where no rule hits, one is missing.
_TELLING = (
    "http.server", "http.title", "http.www_authenticate", "rtsp.server", "rtsp.www_authenticate",
    "onvif.manufacturer", "onvif.model", "wsd.scope", "tls.subject", "upnp.manufacturer",
    "http.favicon.mmh3", "ftp.banner", "telnet.banner",
)  # fmt: skip
_MOST_UNKNOWN = 5


def record_device(
    target: str, settings: Settings, *, allow_public: bool, authorised_by: str | None
) -> int:
    """Ask, mask, write, and say what comes next. Raises UsageError, SourceError."""
    outputs = _outputs(settings)
    host, port = split_target(target)
    options = ScanOptions(
        targets=(host,),
        ports=None if port is None else str(port),
        profile=PROFILE,
        allow_public=allow_public,
        authorised_by=authorised_by,
    )
    decided = decide(options, load_config(settings.config), datetime.now(UTC))
    _one_address(decided, host)
    judge = matcher(settings)
    seen: list[Evidence] = []

    def keep(entry: Record) -> None:
        if isinstance(entry, Saw) and decided.scope.permits(entry.evidence.target):
            seen.append(entry.evidence)

    outcome = conduct(decided, settings, Store(settings.db), judge, on_record=keep).outcome
    if not seen:
        raise SourceError(_silence(target, outcome.run.coverage.skips))
    recording = record(seen, judge, names=_names(host))
    data = b"".join(msgspec.json.encode(line) + b"\n" for line in recording.lines)
    for output in outputs:
        write(output, data)
    for text in _advice(recording, judge, outputs):
        say(plain(text, 400), json_lines=settings.json_lines)
    return INTERRUPTED if outcome.interrupted else 0


def _silence(target: str, skips: Sequence[Skip]) -> str:
    """Why there is nothing to write, in the scan's own words where it has some on the device."""
    host = split_target(target)[0]
    reasons = [f"{skip.what}: {skip.reason}" for skip in skips if skip.subject.startswith(host)]
    reason = "; ".join(reasons) or (
        "its ports are closed, or silent: a port that no protocol is given to is only listened to"
    )
    return f"{target}: no answer that says anything, so nothing is written ({reason})"


def split_target(text: str) -> tuple[str, int | None]:
    """`10.0.0.9`, `10.0.0.9:80`, `fd00::9`, `[fd00::9]:80` or `name:80`. Raises UsageError."""
    found = _BRACKETED.fullmatch(text) or _WITH_PORT.fullmatch(text)
    host, port = (found[1], found[2]) if found else (text, None)
    if host.startswith("@") or "/" in host or not host:
        raise UsageError(f"fp record {text}: name one device, as TARGET or TARGET:PORT")
    if port is None:
        return host, None
    if not 1 <= int(port[:6]) <= HIGHEST_PORT:
        raise UsageError(f"fp record {text}: a port is 1 to {HIGHEST_PORT}")
    return host, int(port)


def _one_address(decided: ScanPlan, host: str) -> None:
    if decided.scope.address_count != 1:
        raise UsageError(
            f"fp record {host}: that is {decided.scope.address_count} addresses; a record is of "
            "one device: name its address"
        )


def _outputs(settings: Settings) -> tuple[Output, ...]:
    outputs = settings.wanted_outputs(FORMAT)
    for output in outputs:
        if output.format != FORMAT:
            raise UsageError(f"{output.format}: fp record writes {FORMAT}")
    return outputs


def _names(host: str) -> tuple[str, ...]:
    """A host name that the user typed, and its first label: both are the owner's words."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return (host, host.partition(".")[0])
    return ()


def _advice(recording: Recording, judge: Matcher, outputs: tuple[Output, ...]) -> list[str]:
    """What was masked, what the data says of the record, and the next steps."""
    lines = recording.lines
    text = [f"{len(lines)} answers recorded and masked, {len(recording.withheld)} withheld"]
    text += [f"withheld: {each.field}: {each.reason}" for each in recording.withheld]
    text += [f"masking took what rule {rule} needs" for rule in recording.lost]
    evidence = [
        Evidence(target=x.target, field=x.field, value=x.value, method=METHOD, port=x.port)
        for x in lines
    ]
    judgement = judge.judge(evidence)
    maker = judgement.identity.maker
    known = "unknown" if maker is None else f"{maker.name} ({maker.band})"
    text.append(f"what the fingerprints say of the record: maker {known}")
    hit = {(found.evidence.field, found.evidence.value) for found in judgement.hits}
    unknown = _unknown(lines, hit)
    text += [f"no rule knows: {line.field} {line.value!r}" for line in unknown]
    path = next((output.path for output in outputs if output.path != "-"), "RECORD.jsonl")
    field = unknown[0].field if unknown else "FIELD"
    return [
        *text,
        "next: 1. read every line before you show it: a page may say what nobody could mask",
        f"      2. camscan identify {path}",
        "      3. choose a value that the maker wrote and no owner edits, and add a rule:",
        f'         camscan fp new --id MAKER --name "NAME" --country CC --field {field} '
        '--value "VALUE" --source "capture: MODEL, FIRMWARE, DATE"',
        "      4. camscan fp lint",
    ]


def _unknown(lines: tuple[Line, ...], hit: set[tuple[str, str]]) -> list[Line]:
    """Telling values that no rule hits, the most telling field first."""
    found = [
        line
        for field in _TELLING
        for line in lines
        if line.field == field and line.value.strip() and (field, line.value) not in hit
    ]
    return found[:_MOST_UNKNOWN]
