"""Services that speak first, or whose answer is one text: SSH, FTP, Telnet, SNMP, SIP."""

from __future__ import annotations

import re

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.head import head_fields, parse_head
from camscan.protocols.text import redact, to_text

# IAC negotiation (RFC 854): IAC SB ... IAC SE, IAC WILL/WONT/DO/DONT option, IAC command.
_TELNET = re.compile(rb"\xff\xfa[^\xff]{0,256}\xff\xf0|\xff[\xfb-\xfe].|\xff[\xf0-\xff]", re.DOTALL)
_ESCAPE = re.compile(r"\x1b\[[0-9;?]{0,16}[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_LINES = 8


def _lines(data: bytes, count: int) -> str:
    """The first `count` lines that say something, without control characters."""
    text = _ESCAPE.sub("", to_text(data[:16384]).replace("\r", "\n"))
    kept = [line.strip() for line in text.split("\n") if line.strip()]
    return "\n".join(kept[:count])


def _banner(field: str, text: str) -> Decoded:
    found = pairs(((field, redact(text)),))
    return Decoded(status=Status.OK, fields=found) if found else malformed()


def decode_ssh(data: bytes) -> Decoded:
    """ssh.banner: the identification line (RFC 4253 4.2), also after lines of a notice."""
    for line in _lines(data, 32).split("\n"):
        if line.startswith("SSH-"):
            return _banner("ssh.banner", line)
    return malformed()


def decode_ftp(data: bytes) -> Decoded:
    """ftp.banner: the greeting, its first lines."""
    return _banner("ftp.banner", _lines(data, _LINES))


def decode_telnet(data: bytes) -> Decoded:
    """telnet.banner: what is shown before a login, option negotiation taken out."""
    return _banner("telnet.banner", _lines(_TELNET.sub(b"", data[:16384]), _LINES))


def decode_snmp(data: bytes) -> Decoded:
    """snmp.sysdescr: the text of sysDescr.0 as tools print it."""
    return _banner("snmp.sysdescr", _lines(data, _LINES))


def decode_greeting(data: bytes) -> Decoded:
    """What a port says unasked: SSH, FTP, Telnet or a SIP head; MALFORMED for anything else."""
    start = data[:64].lstrip()
    if b"SSH-" in data[:4096]:
        return decode_ssh(data)
    if start.startswith(b"220") and not re.search(rb"(?i)smtp|mail", data[:1024]):
        return decode_ftp(data)
    if start.startswith(b"\xff") or re.search(rb"(?i)(?:login|username|password)\s?:", data[:4096]):
        return decode_telnet(data)
    return decode_sip(data) if start.startswith(b"SIP/") else malformed()


def decode_sip(data: bytes) -> Decoded:
    """sip.server: Server or User-Agent of an answer; else a line of text as a product name."""
    parsed = parse_head(data)
    if parsed is None or parsed[0].protocol != "SIP":
        return _banner("sip.server", _lines(data, 1))
    return Decoded(status=Status.OK, fields=pairs(head_fields(parsed[0])))
