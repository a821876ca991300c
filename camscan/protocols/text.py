"""Bytes to text for hostile or careless senders: always succeeds."""

from __future__ import annotations

import codecs
import re

_SECRET = re.compile(
    r"""(?ix)
    (["']?\b(?:psk|wpa_?psk|wifi_?(?:key|pass(?:word)?)|passwd|password|passphrase|pwd
        |session_?key|salt|latitude|longitude)\b["']?\s{0,4}[:=]\s{0,4})
    (?: "[^"\r\n]{1,256}" | '[^'\r\n]{1,256}' | [^\s"'<>&;,{}()\[\]]{1,256} )"""
)
_CREDENTIALS = re.compile(r"(?i)\b(rtsps?|https?)://[^\s/@\"'<>]{1,256}@")


def to_text(data: bytes, charset: str | None = None) -> str:
    """Decode by `charset` when it is known and fits, then UTF-8, GB18030, Latin-1.

    Chinese firmware writes GB2312 and seldom says so; Latin-1 never fails.
    """
    body = data.removeprefix(codecs.BOM_UTF8)
    if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return body.decode("utf-16", "replace")
    for name in (_codec(charset), "utf-8", "gb18030"):
        if name is None:
            continue
        try:
            return body.decode(name)
        except (UnicodeError, ValueError):
            if name == "utf-8" and _cut_short(body):
                return body.decode("utf-8", "ignore")
    return body.decode("latin-1")


def _codec(charset: str | None) -> str | None:
    """The Python text codec for a declared charset; GB2312 widened to GB18030."""
    if charset is None:
        return None
    try:
        info = codecs.lookup(charset.strip().strip("\"'")[:40])
    except (LookupError, ValueError):
        return None
    # Only character sets: "rot13" and "zip" are codecs too, and some are slow or not text.
    if info.name in ("gb2312", "gbk"):
        return "gb18030"
    known = ("utf-8", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "ascii", "cp949")
    return info.name if info.name.startswith(("iso8859", "cp125")) or info.name in known else None


def _cut_short(data: bytes) -> bool:
    """True when only the last character is incomplete: a read limit fell inside it."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end >= len(data) and error.reason == "unexpected end of data"
    return False


def redact(text: str) -> str:
    """Replace values that look like secrets (passwords, Wi-Fi keys, URL credentials) by `…`."""
    return _CREDENTIALS.sub(r"\1://", _SECRET.sub(r"\1…", text))
