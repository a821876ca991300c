"""The environment of templates."""

from __future__ import annotations

import jinja2
import pytest

from camscan.report.html.trusted import trusted
from camscan.report.markup import environment


def shown(template: str, **given: object) -> str:
    return environment("camscan.report.html").from_string(template).render(given)


def test_what_a_network_said_is_escaped_and_cleaned() -> None:
    text = shown("{{ name }}", name='"><b>\x1b[31m\u202ex')
    assert text == "&#34;&gt;&lt;b&gt;\ufffd[31m\ufffdx"
    assert len(shown("{{ name }}", name="x" * 10_000)) == 8000
    assert shown("{{ svg }}", svg=trusted("<svg/>")) == "<svg/>"


def test_filters() -> None:
    assert shown("{{ n | number }} {{ n | size }} {{ None | size }}", n=1234567) == (
        "1,234,567 1.2 MB ?"
    )
    detail = "Head office: PRC. [named] a → b. [oem-made-by-named] c → d, see [1] and [x]."
    assert environment("camscan.report.html").filters["parts"](detail) == [
        "Head office: PRC.", "[named] a → b.", "[oem-made-by-named] c → d, see [1] and [x].",
    ]  # fmt: skip


def test_the_first_package_that_has_a_template_wins() -> None:
    made = environment("camscan.report.pdf", "camscan.report.html")
    assert "pdf" in str(made.get_template("cover.html").filename)
    assert "html/templates" in str(made.get_template("coverage.html").filename)


def test_what_is_not_given_is_a_fault() -> None:
    with pytest.raises(jinja2.UndefinedError):
        shown("{{ forgotten }}")
