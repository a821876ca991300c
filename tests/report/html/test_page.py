"""The page as text: what it says, what it may do, and what hostile names become."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode

import msgspec
from lxml import html as lxml_html

from camscan.inventory.store import encode_run
from camscan.model.run import MergedRun, Run
from camscan.report.html import name, render
from camscan.report.html.page import pieces
from camscan.report.interface import ReportInput
from tests.report.html.hostile import SCRIPT, hostile_run


def page(run: Run) -> str:
    return "".join(pieces(run))


def elements(text: str, path: str) -> list[lxml_html.HtmlElement]:
    return lxml_html.document_fromstring(text).xpath(path)


def test_answers_how_many_who_made_them_and_what_needs_doing(sample_run: Run) -> None:
    text = page(sample_run)
    (answer,) = elements(text, "//section[@id='answer']")
    words = answer.text_content()
    assert "1 camera found" in words
    assert "Hikvision" in words
    assert "What needs doing" in words
    targets = {link.get("href", "")[1:] for link in answer.xpath(".//ol//a")}
    assert targets
    assert targets <= {element.get("id") for element in elements(text, "//*[@id]")}


def test_every_link_inside_leads_somewhere_and_ids_are_unique(sample_run: Run) -> None:
    text = page(sample_run)
    ids = [element.get("id") for element in elements(text, "//*[@id]")]
    assert len(ids) == len(set(ids))
    targets = [link.get("href", "") for link in elements(text, "//a")]
    assert all(target.startswith("#") for target in targets), "a link leads out of the page"
    inside = {target[1:] for target in targets if not target.startswith("#device-")}
    assert inside <= set(ids)


def test_nothing_is_loaded_and_only_named_script_and_style_may_run(sample_run: Run) -> None:
    text = page(sample_run)
    (meta,) = elements(text, "//meta[@http-equiv='Content-Security-Policy']")
    policy = meta.get("content")
    for tag in ("script", "style"):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)
        digest = b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not elements(text, "//*[@src or @style or @action or @srcset]")
    assert not elements(text, "//link | //img | //iframe | //object | //embed")
    assert not [e for e in elements(text, "//*") if any(a.startswith("on") for a in e.attrib)]


def test_the_hostile_are_text(sample_run: Run) -> None:
    text = page(hostile_run(sample_run))
    assert SCRIPT not in text
    assert "<img" not in text
    assert "{% raw" in text, "what looks like a template is shown, not run"
    assert "{{ 7 * 7 }}" in text
    for char in ("\u202e", "\u2066", "\u200f", "\x00", "\x1b"):
        assert char not in text
    assert len(elements(text, "//script")) == 2, "the data and the script, nothing else"
    assert len(text) < 300_000, "10,000 characters are cut wherever they stand"


def test_says_with_which_run_data_and_credit(sample_run: Run) -> None:
    text = page(sample_run)
    assert hashlib.sha256(encode_run(sample_run)).hexdigest() in text
    assert sample_run.tool.data.sha256 in text
    (method,) = elements(text, "//section[@id='method']")
    for one in sample_run.coverage.methods:
        assert one.name in method.text_content()


def test_says_what_was_not_seen(sample_run: Run) -> None:
    (coverage,) = elements(page(sample_run), "//section[@id='coverage']")
    words = coverage.text_content()
    assert "not-reached" in words
    assert "not wholly in scope" in words


def test_of_several_runs_each_keeps_its_scope(sample_run: Run) -> None:
    change = msgspec.structs.replace
    parts = []
    for key in ("north", "south"):
        scope = change(sample_run.run.scope, targets=(f"{key}.example",))
        parts.append(
            MergedRun(run=change(sample_run.run, id=key, scope=scope), coverage=sample_run.coverage)
        )
    text = page(change(sample_run, merged=tuple(parts)))
    (coverage,) = elements(text, "//section[@id='coverage']")
    for key in ("north", "south"):
        assert f"Run {key}" in coverage.text_content()
        assert f"{key}.example" in coverage.text_content()


def test_an_empty_run_has_a_page(sample_run: Run) -> None:
    empty = msgspec.structs.replace(sample_run, devices=(), conversations=(), findings=())
    text = page(empty)
    assert "0 cameras found" in text
    assert not elements(text, "//section[@id='devices']")


def test_without_script_the_first_devices_are_a_table(sample_run: Run) -> None:
    (fallback,) = elements(page(sample_run), "//noscript")
    for device in sample_run.devices:
        assert device.addresses[0] in fallback.text_content()


def test_never_says_more_than_is_known(sample_run: Run) -> None:
    text = page(sample_run).lower()
    for word in ("compliant", "banned", "vulnerable", "backdoor", "spyware"):
        assert word not in text


def test_is_a_format(sample_run: Run) -> None:
    assert name == "html"
    assert render(ReportInput(run=sample_run)).startswith(b"<!DOCTYPE html>")
