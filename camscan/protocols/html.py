"""What a page says before any script runs: its title and where it sends the browser.

Bounded regular expressions over the first 64 KiB, not a tree: pages of cameras are seldom
well-formed, and nothing else in them is needed.
"""

from __future__ import annotations

import html
import re

from msgspec import Struct

PAGE_LIMIT = 65536
_TITLE_LIMIT = 512

_TITLE = re.compile(r"<title\b[^<>]{0,256}>", re.IGNORECASE)
_SCRIPT_TITLE = re.compile(r"""document\.title\s{0,8}=\s{0,8}(["'])([^"'\r\n]{1,256})\1""")
_META = re.compile(r"<meta\b([^<>]{0,1024})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([A-Za-z-]{1,32})\s{0,8}=\s{0,8}("[^"]{0,1024}"|'[^']{0,1024}'|[^\s"'>]{1,1024})"""
)
_REFRESH_URL = re.compile(r"""(?i)[;,]\s{0,8}(?:url\s{0,8}=)?\s{0,8}["']?([^"'\s]{1,1024})""")
_SCRIPT = re.compile(
    r"""(?ix)\blocation(?:\.href)?\s{0,8}
        (?: =\s{0,8} | \.(?:replace|assign)\s{0,8}\(\s{0,8} )
        (["'])([^"'\r\n<>]{1,1024})\1"""
)
# "Relfresh" is how one firmware spells it, and browsers of its day did not mind.
_REFRESH = ("refresh", "relfresh")


class HtmlPage(Struct, frozen=True, kw_only=True):
    """`title` trimmed and unescaped, or None; `redirects` raw targets in order of preference."""

    title: str | None = None
    redirects: tuple[str, ...] = ()
    charset: str | None = None


def parse_html(text: str) -> HtmlPage:
    """Title and redirects of a page; an empty page for anything that is not one."""
    page = text[:PAGE_LIMIT]
    redirects: list[str] = []
    charset: str | None = None
    for meta in _META.finditer(page):
        attributes = _attributes(meta.group(1))
        if attributes.get("http-equiv", "").strip().lower() in _REFRESH:
            target = _REFRESH_URL.search(html.unescape(attributes.get("content", "")))
            if target:
                redirects.append(target.group(1))
        charset = charset or _charset(attributes)
    redirects.extend(html.unescape(found.group(2)) for found in _SCRIPT.finditer(page))
    return HtmlPage(
        title=_title(page), redirects=tuple(dict.fromkeys(redirects))[:8], charset=charset
    )


def meta_charset(data: bytes) -> str | None:
    """The charset that a page declares in its own text, or None."""
    return parse_html(data[:4096].decode("latin-1")).charset


def _attributes(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        value = match.group(2)
        quoted = value[:1] in "\"'" and value[-1:] == value[:1]
        found.setdefault(match.group(1).lower(), value[1:-1] if quoted else value)
    return found


def _charset(attributes: dict[str, str]) -> str | None:
    if "charset" in attributes:
        return attributes["charset"].strip() or None
    if attributes.get("http-equiv", "").lower() == "content-type":
        _, found, name = attributes.get("content", "").lower().partition("charset=")
        return name.strip() or None if found else None
    return None


def _title(page: str) -> str | None:
    opened = _TITLE.search(page)
    if opened:
        inside = page[opened.end() : opened.end() + _TITLE_LIMIT].partition("<")[0]
        text = " ".join(html.unescape(inside).split())
        if text:
            return text
    scripted = _SCRIPT_TITLE.search(page)
    return " ".join(scripted.group(2).split()) or None if scripted else None
