"""Reports written where the user asked."""

from __future__ import annotations

import sys
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


def test_where_no_pdf_can_be_made_the_others_are_written(
    sample_run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    pdf, html = tmp_path / "report.pdf", tmp_path / "report.html"
    settings = Settings(
        outputs=(Output(format="pdf", path=str(pdf)), Output(format="html", path=str(html)))
    )
    check_formats(settings)
    assert "pdf will be skipped: WeasyPrint is not installed" in capsys.readouterr().err
    with pytest.raises(LocalFaultError, match=r"camscan\[pdf\].*print the HTML"):
        emit(sample_run, settings)
    assert html.exists()
    assert not pdf.exists()
