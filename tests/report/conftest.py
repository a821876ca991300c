"""Runs that reports are made of: a hostile one, and one in which everything has to be hidden."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from camscan.model.conversation import Conversation, Verdict
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.device import EvidenceRecord
from camscan.model.finding import FindingStatus, Severity
from camscan.model.identity import Rival
from camscan.model.run import Authority, Run
from camscan.report.interface import ReportInput
from camscan.report.pdf.document import document
from camscan.report.pdf.typeset import missing
from camscan.report.redact import Redaction
from camscan.report.registry import report

needs_pdf = pytest.mark.usefixtures("pdf_library")
AT = datetime(2026, 11, 24, 2, 13, tzinfo=UTC)
HOSTILE = (
    '"><script>alert(1)</script>',
    '=HYPERLINK("http://192.0.2.1/")',
    "]]></failure><x>&amp;\x00\x1b[2J\u202e",
    "| ` * [a](javascript:1) @all\r\n# h",
    "Ω漢👁" * 3400,
)


def require_pdf() -> None:
    """Skip where no PDF can be made, and say which package is missing."""
    if (reason := missing()) is not None:
        pytest.skip(f"no PDF: {reason}")


@pytest.fixture
def pdf_library() -> None:
    """Looked for when a test needs it: WeasyPrint takes long to import."""
    require_pdf()


def readable(name: str, source: ReportInput) -> str:
    """A report as text: the files of a ZIP archive, the document that a PDF is set from."""
    if name == "pdf":
        require_pdf()
        return document(source.run)
    data = report(name).render(source)
    if name == "netbox":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(file) for file in archive.namelist())
    return data.decode()


@pytest.fixture(params=HOSTILE, ids=["html", "formula", "xml", "markdown", "long"])
def hostile_run(request: pytest.FixtureRequest, sample_run: Run) -> Run:
    """A run in which every text that a network or its owner can write is the same hostile one."""
    evil: str = request.param
    camera = sample_run.devices[0]
    assert camera.brand is not None
    assert camera.model is not None
    assert camera.firmware is not None
    camera = replace(
        camera,
        site=evil,
        brand=replace(camera.brand, name=evil),
        model=replace(camera.model, value=evil),
        firmware=replace(camera.firmware, value=evil),
        serial=evil,
        alternatives=(evil,),
    )
    talk = replace(sample_run.conversations[0], name=evil, organisation=evil, reasons=(evil,))
    finding = replace(
        sample_run.findings[0], title=evil, detail=evil, advice=evil, references=(evil,)
    )
    skip = Skip(subject=evil, what=evil, reason=evil)
    coverage = replace(
        sample_run.coverage,
        skips=(skip,),
        subnets=tuple(replace(one, site=evil) for one in sample_run.coverage.subnets),
    )
    return replace(
        sample_run,
        devices=(camera, *sample_run.devices[1:]),
        conversations=(talk,),
        findings=(finding,),
        coverage=coverage,
    )


SECRETS = (
    "10.1.0.9", "10.1.0.10", "10.1.0.11", "10.1.0.77", "10.1.0.0", "10.1.1.0", "fd00::9",
    "203.0.113.5", "198.51.100.77",
    "c0:56:e3:00:00:09", "c056e3000009", "c0-56-e3-00-00-09", "c056.e300.0009",
    "DS2CD1234567890", "Town", "cam-lobby-3", "nvr.harbour.internal", "files.town.lan",
    "front-door", "border-2026.pcap", "R. Officer", "change 4711",
    "5b2f0c1e-6a4b-4c59-9f00-c056e3000009", "V5.4.5", "J Smith flat 3",
)  # fmt: skip
"""What may stand in no redacted report, in any writing."""


def redacted(run: Run) -> Run:
    """The run as it may be published."""
    return Redaction(run).of(run)


@pytest.fixture
def private_run(sample_run: Run) -> Run:
    """A run full of what may not be published."""
    camera, recorder, other = sample_run.devices
    assert camera.maker is not None
    fields = {
        "dhcp.hostname": "cam-lobby-3",
        "upnp.friendly_name": "J Smith flat 3",
        "wsd.endpoint": "urn:uuid:5b2f0c1e-6a4b-4c59-9f00-c056e3000009",
        "tls.subject": "CN=nvr.harbour.internal,O=front-door-7",
        "http.title": "front-door",
    }
    camera = replace(
        camera,
        serial="DS2CD1234567890",
        maker=replace(
            camera.maker, rivals=(Rival(value="dahua", band=camera.maker.band, evidence=("e1",)),)
        ),
        evidence=tuple(
            EvidenceRecord(
                id=f"e{number}",
                field=field,
                value=value,
                method="http",
                port=80,
                at=AT,
                address="10.1.0.9",
            )
            for number, (field, value) in enumerate(fields.items())
        ),
        alternatives=("answers as 10.1.0.77 too",),
    )
    talk = sample_run.conversations[0]
    talks = (
        _talk(talk, "203.0.113.5", "cloud.example.com", Verdict.UNEXPECTED, "DNS answer"),
        _talk(talk, "10.1.0.77", "files.town.lan", Verdict.INTERNAL, "host list /etc/front-door"),
        _talk(talk, "10.1.0.10", None, Verdict.INTERNAL, None),
        _talk(talk, "198.51.100.77", "nvr.harbour.internal", Verdict.UNKNOWN, None),
    )
    finding = replace(
        sample_run.findings[0],
        title="Hikvision camera 10.1.0.9 (Town) was seen to try to contact 203.0.113.5",
        detail=(
            "cam-lobby-3 (C056.E300.0009, serial DS2CD1234567890) and fd00::9%eth0, 10.1.0.77:8000,"
            " [fd00::9]:80, https://10.1.0.9/x, J Smith flat 3, firmware V5.4.5 build 170124,"
            " c0-56-e3-00-00-09; c056e3000009; first at 2026-11-24 02:13:00 UTC in 10.1.0.0/24."
        ),
        advice="nft add rule inet filter forward ip saddr 10.1.0.9 ip daddr 203.0.113.5 drop",
    )
    info = sample_run.run
    scope = replace(info.scope, exclude=("10.1.0.77",), sources=("/var/log/border-2026.pcap",))
    coverage = sample_run.coverage
    return replace(
        sample_run,
        run=replace(
            info,
            site="Town",
            scope=replace(scope, interfaces=("eth0",)),
            authorised_by=Authority(name="R. Officer", reference="change 4711"),
        ),
        devices=(camera, recorder, other),
        conversations=talks,
        findings=(finding, replace(finding, severity=Severity.LOW, status=FindingStatus.GONE)),
        coverage=replace(
            coverage,
            methods=(
                *coverage.methods,
                Method(name="pcap: /var/log/border-2026.pcap", status=MethodStatus.DONE),
                Method(name="geo: DB-IP Lite", status=MethodStatus.DONE, reason="data of 2026-11"),
            ),
            skips=(
                Skip(
                    subject="Town", what="egress of 2 devices", reason="silent: 10.1.0.10, fd00::9"
                ),
                Skip(subject="/var/log/border-2026.pcap", what="end of the file", reason="cut"),
            ),
        ),
    )


def _talk(
    talk: Conversation, peer: str, name: str | None, verdict: Verdict, name_source: str | None
) -> Conversation:
    return replace(
        talk,
        peer=peer,
        name=name,
        name_source=name_source,
        verdict=verdict,
        country="CN",
        organisation="Example Telecom",
        reasons=(f"direct-ip: {peer} was called by 10.1.0.9", "named: cam-lobby-3 asked"),
        source="/var/log/border-2026.pcap",
    )
