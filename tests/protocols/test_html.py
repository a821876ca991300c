from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.html import meta_charset, parse_html


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>NETSurveillance WEB</title>", "NETSurveillance WEB"),
        ("<TITLE id='t'>\r\n  A &amp; B\r\n</TITLE>", "A & B"),
        ("<title>cut off", "cut off"),
        ("<title></title><script>document.title = 'XVR LOGIN';</script>", "XVR LOGIN"),
        ("<title></title>", None),
        ("<titles>no</titles>", None),
        ("", None),
    ],
)
def test_titles(page: str, title: str | None) -> None:
    assert parse_html(page).title == title


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ('<META HTTP-EQUIV="Refresh" CONTENT="1;URL=/doc/page/login.asp">', "/doc/page/login.asp"),
        ("<meta content='0; url=\"main.html\"' http-equiv=refresh>", "main.html"),
        ('<meta http-equiv="Relfresh" content="0;url=login.html">', "login.html"),
        ('<meta http-equiv="refresh" content="0,index.asp">', "index.asp"),
        ('<script>window.location = "/index.asp";</script>', "/index.asp"),
        ("<script>top.location='/m.html'</script>", "/m.html"),
        (
            '<script>window.location.href = "/doc/page/login.asp?_" + (new Date()).getTime();',
            "/doc/page/login.asp?_",
        ),
        ("<script>self.location.replace( 'a.html' )</script>", "a.html"),
        ("<body onload=\"location.href='/web/index.html'\">", "/web/index.html"),
    ],
)
def test_redirects(page: str, target: str) -> None:
    assert parse_html(page).redirects == (target,)


@pytest.mark.parametrize(
    "page",
    [
        '<meta http-equiv="refresh" content="30">',
        '<meta name="refresh" content="0;url=a.html">',
        '<a href="a.html">',
        'if (window.location == "a.html") {}',
        '<link rel="icon" href="/other.png">',
    ],
)
def test_no_redirect(page: str) -> None:
    assert parse_html(page).redirects == ()


def test_redirects_are_bounded() -> None:
    page = "".join(f"<script>location='/{n}.html'</script>" for n in range(500))
    assert len(parse_html(page).redirects) == 8


@pytest.mark.parametrize(
    ("page", "charset"),
    [
        (b'<meta charset="gb2312">', "gb2312"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=GB2312">', "gb2312"),
        (b"<html>", None),
    ],
)
def test_charset(page: bytes, charset: str | None) -> None:
    assert meta_charset(page) == charset


@given(st.text(max_size=300))
def test_fuzz_parse_html(text: str) -> None:
    for page in (text, f"<title>{text}", f"<meta http-equiv=refresh content='0;url={text}'>"):
        parse_html(page)


@pytest.mark.alone
@pytest.mark.parametrize(
    "unit",
    ["<title", "<title>", "<meta ", "<meta a=", "location=", 'location="', "document.title=", "a=",
     "<meta a='", "location . ", ";url=", '"', "   ", "<meta " + "a=b " * 200],
)  # fmt: skip
def test_fuzz_parse_html_is_linear(unit: str) -> None:
    started = time.perf_counter()
    parse_html(unit * (65536 // len(unit)))
    assert time.perf_counter() - started < 2
