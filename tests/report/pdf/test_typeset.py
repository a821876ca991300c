"""The wall around WeasyPrint."""

from __future__ import annotations

import importlib
import sys
import types

import pytest

from camscan.errors import LocalFaultError
from camscan.model.run import Run
from camscan.report import pdf
from camscan.report.interface import ReportInput
from camscan.report.pdf.typeset import missing, pages, typeset
from tests.report.conftest import needs_pdf


@needs_pdf
def test_a_document_of_two_pages() -> None:
    html = "<html lang=en><title>T</title><h1>a</h1><h1 style='break-before: page'>b</h1></html>"
    assert pages(html) == 2
    data = typeset(html)
    assert data.startswith(b"%PDF-1.7")
    assert data == typeset(html)
    assert missing() is None


@needs_pdf
def test_nothing_is_fetched(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    urls = importlib.import_module("weasyprint.urls")
    monkeypatch.setattr(
        urls.request.OpenerDirector, "open", lambda self, url, *a, **k: opened.append(str(url))
    )
    secret = tmp_path / "secret.css"
    secret.write_text("@page { size: 1cm 1cm }")
    address = secret.as_uri()
    typeset(
        f"<link rel=stylesheet href='{address}'><link rel=attachment href='{address}'>"
        f"<style>@import '{address}'; @font-face {{ font-family: x; src: url({address}) }}"
        f"p {{ background: url(http://127.0.0.1:9/a.png); font-family: x }}</style>"
        f"<p>a<img src='http://127.0.0.1:9/b.png'><object data='{address}'></object>"
        f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{address}'/></svg>"
    )
    assert opened == []


def test_without_the_library_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, sample_run: Run
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert missing() == "WeasyPrint is not installed: pip install 'camscan[pdf]'"
    with pytest.raises(LocalFaultError, match=r"camscan\[pdf\].*print the HTML"):
        pdf.render(ReportInput(run=sample_run))


def test_without_the_system_library_its_packages_are_named(
    monkeypatch: pytest.MonkeyPatch, sample_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(name: str) -> types.ModuleType:
        sys.stdout.write("WeasyPrint could not import some external libraries.")
        raise OSError("cannot load library 'libpango-1.0-0'")

    module = importlib.import_module("camscan.report.pdf.typeset")
    monkeypatch.setattr(module, "importlib", types.SimpleNamespace(import_module=load))
    with pytest.raises(LocalFaultError, match=r"libpango-1.0-0.*print the HTML"):
        pdf.render(ReportInput(run=sample_run))
    assert capsys.readouterr().out == ""
