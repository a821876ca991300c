"""Reports written where the user asked."""

from __future__ import annotations

import importlib
import types
from pathlib import Path

import pytest

from camscan.cli.common import Output, Settings
from camscan.cli.output import check_formats, emit, write
from camscan.errors import LocalFaultError, UsageError
from camscan.inventory.store import decode_run
from camscan.model.run import Run


def test_several_formats_at_once(
    sample_run: Run, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "run.json"
    settings = Settings(outputs=(Output(format="json", path=str(path)),), format="csv")
    emit(sample_run, settings)
    assert decode_run(path.read_bytes(), "x") == sample_run
    assert capsysbinary.readouterr().out.startswith(b"id,address")
    assert path.stat().st_mode & 0o777 == 0o644


def test_contacts_are_written_while_they_are_read(sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    settings = Settings(outputs=(Output(format="contacts", path=str(path)),))
    emit(sample_run, settings, contacts=())
    assert path.read_bytes() == b"at,address,port,transport,query\r\n"
    with pytest.raises(UsageError, match="journal"):
        emit(sample_run, settings)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    target.write_text("old")
    write(Output(format="json", path=str(target)), b"new")
    assert target.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize("path", ["/nonexistent/run.json", "/dev/full"])
def test_a_write_that_fails_is_said(path: str) -> None:
    with pytest.raises(LocalFaultError, match="cannot write json"):
        write(Output(format="json", path=path), b"x" * 10)


def test_unknown_formats_are_refused_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match="unknown format"):
        check_formats(Settings(format="yaml"))


def no_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has WeasyPrint and not its system library."""

    def load(name: str) -> types.ModuleType:
        raise OSError("cannot load library 'libpango-1.0-0'")

    module = importlib.import_module("camscan.report.pdf.typeset")
    monkeypatch.setattr(module, "importlib", types.SimpleNamespace(import_module=load))


def test_a_pdf_that_cannot_be_made_is_a_skip_in_the_other_reports(
    sample_run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    no_pango(monkeypatch)
    formats = ("pdf", "html", "json", "markdown", "table", "junit", "sarif")
    files = {name: tmp_path / f"report.{name}" for name in formats}
    outputs = tuple(Output(format=name, path=str(path)) for name, path in files.items())
    settings = Settings(outputs=outputs)
    check_formats(settings)
    assert "pdf will be skipped: WeasyPrint's system library Pango" in capsys.readouterr().err
    emit(sample_run, settings)
    assert "pdf skipped: WeasyPrint's system library Pango" in capsys.readouterr().err
    assert not files["pdf"].exists()
    *_, skip = decode_run(files["json"].read_bytes(), "x").coverage.skips
    assert (skip.subject, skip.what) == ("pdf", "report")
    assert "libpango-1.0-0" in skip.reason
    assert skip.reason.endswith("or print the HTML report (-o html:FILE)")
    for name in ("html", "markdown", "table"):
        text = " ".join(files[name].read_text().split())
        assert "print the HTML report (-o html:FILE)" in text, name


def test_where_the_pdf_is_all_that_was_asked_for_the_command_fails(
    sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_pango(monkeypatch)
    pdf = tmp_path / "report.pdf"
    with pytest.raises(LocalFaultError, match=r"pdf skipped: .*libpango-1.0-0.*print the HTML"):
        emit(sample_run, Settings(outputs=(Output(format="pdf", path=str(pdf)),)))
    assert not pdf.exists()


def test_a_missing_pdf_does_not_hide_another_fault(
    sample_run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_pango(monkeypatch)
    outputs = (Output(format="pdf", path="x.pdf"), Output(format="json", path="/nonexistent/x"))
    with pytest.raises(LocalFaultError, match="cannot write json"):
        emit(sample_run, Settings(outputs=outputs))
    assert "pdf skipped" in capsys.readouterr().err
