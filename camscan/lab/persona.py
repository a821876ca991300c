"""Personas: what one kind of simulated device answers, as data (`personas/*.toml`).

A persona lists services (port, kind) and their answers byte for byte, each with a line of
provenance. Answers that a firmware's SOAP stack gives on every model stand in `stacks/*.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from camscan.errors import DataError

Kind = Literal["http", "https", "rtsp", "raw", "silent"]
Fault = Literal["", "close", "reset", "drip", "endless", "huge", "rubbish", "stall"]
UdpFault = Literal["", "twice", "cut", "rubbish", "flood"]
Frame = Literal["", "dhip", "dhip-zero", "xm", "kasa", "tdp", "ubnt", "bcudp"]


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer: the request it belongs to, and its text.

    `path` may end in `*`; `call` is the SOAP operation of a POST. Line ends of `head` become CRLF
    unless `eol` is "lf"; `{length}` is the body's length in octets. `fault` spoils the sending.
    """

    name: str
    method: str = "*"
    path: str = "*"
    call: str = ""
    head: str = ""
    body: str = ""
    eol: Literal["crlf", "lf"] = "crlf"
    encoding: str = "utf-8"
    delay: float = 0.0
    fault: Fault = ""
    keep_open: bool = False

    def fits(self, method: str, path: str, call: str) -> bool:
        """Whether this answer belongs to the request."""
        if self.method not in ("*", method):
            return False
        if self.call and self.call not in ("*", call):
            return False
        if self.call == "*" and not call:
            return False
        if self.path.endswith("*"):
            return path.startswith(self.path[:-1])
        return path == self.path


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An open TCP port. `banner` is sent on connecting (kind "raw")."""

    port: int
    kind: Kind
    answer: tuple[Answer, ...] = ()
    banner: str = ""
    delay: float = 0.0
    fault: Fault = ""


class Onvif(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The SOAP stack and the web ports it answers on; `values` fill its texts."""

    stack: str
    ports: tuple[int, ...]
    values: dict[str, str] = {}


class Wsd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """WS-Discovery on UDP 3702: the reply text (own or the stack's) and the probes answered.

    `answers`: "nvt" and "device" (the two ONVIF types), "any" (a probe without types),
    "wsdp" (a probe for other types). `unicast` false: silent to probes not sent to the group.
    """

    stack: str = ""
    reply: str = ""
    types: str = ""
    scopes: str = ""
    xaddrs: str = ""
    endpoint: str = "urn:uuid:{uuid}"
    answers: tuple[str, ...] = ("nvt", "device", "any")
    unicast: bool = True
    max_delay: float = 0.5
    values: dict[str, str] = {}


class Inquiry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device answers to one vendor's inquiry by UDP; `name` has a line of provenance.

    `query` is a regular expression searched in the query (octets as Latin-1, `frame` taken off),
    its named groups fill the answer; `query_hex` is a whole query. With neither nothing is
    answered, only announced. The answer is `reply`, or `reply_hex` with `#` comments, plus
    `tail_hex`; lab/inquiry.py lists its placeholders. It is heard by unicast, broadcast and in
    `groups`, and goes to the sender, to `to_group` (else the first group) or to everybody; to
    `to_port`, else to the sender's port or, for many, the inquiry's own. `announce`: said unasked
    every so many seconds (on the link of a namespace only).
    """

    name: str
    port: int
    query: str = ""
    query_hex: str = ""
    reply: str = ""
    reply_hex: str = ""
    tail_hex: str = ""
    frame: Frame = ""
    encoding: str = "utf-8"
    groups: tuple[str, ...] = ()
    broadcast: bool = True
    unicast: bool = True
    to: Literal["sender", "group", "broadcast"] = "sender"
    to_group: str = ""
    to_port: int = 0
    announce: float = 0.0
    max_delay: float = 0.2
    fault: UdpFault = ""
    values: dict[str, str] = {}


class Tls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shape of the certificate; RFC 4514 names, newest attribute first. `shared`: one key for all
    devices of the persona."""

    subject: str
    issuer: str = ""
    san: tuple[str, ...] = ()
    key: Literal["ec", "rsa1024", "rsa2048"] = "rsa2048"
    not_before: str = "2019-01-01"
    days: int = 3650
    versions: Literal["modern", "tls12", "tls10"] = "tls12"
    shared: bool = False


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"kind": "class"}):
    """Ground truth of a persona. `maker` and `brand` None: nothing on the wire tells them."""

    id: str
    kind: str
    maker: str | None = None
    brand: str | None = None
    ouis: tuple[str, ...] = ()
    extends: str = ""
    hostname: str = ""
    abstract: bool = False


class Persona(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of device. `variant` rows (model, firmware, …) are dealt out in turn."""

    persona: About
    provenance: dict[str, str] = {}
    variant: tuple[dict[str, str], ...] = ()
    values: dict[str, str] = {}
    service: tuple[Service, ...] = ()
    onvif: Onvif | None = None
    wsd: Wsd | None = None
    inquiry: tuple[Inquiry, ...] = ()
    tls: Tls | None = None

    @property
    def id(self) -> str:
        """The file's stem."""
        return self.persona.id


class Stack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts of one firmware family's SOAP code: envelope, calls, discovery reply."""

    id: str
    provenance: str
    prologue: str = ""
    epilogue: str = ""
    wsd: str = ""
    answer: tuple[Answer, ...] = ()


def _files(folder: str) -> Iterable[tuple[str, str]]:
    root = resources.files("camscan.lab").joinpath(folder)
    for entry in sorted(root.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            yield entry.name.removesuffix(".toml"), entry.read_text(encoding="utf-8")


def _table(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"lab data {name}.toml: {error}") from error


@cache
def stacks() -> dict[str, Stack]:
    """All SOAP stacks by id. Raises DataError naming the file."""
    found: dict[str, Stack] = {}
    for name, text in _files("stacks"):
        try:
            found[name] = msgspec.convert(_table(name, text), Stack)
        except msgspec.ValidationError as error:
            raise DataError(f"lab/stacks/{name}.toml: {error}") from error
    return found


@cache
def personas() -> dict[str, Persona]:
    """All personas by id, `extends` resolved. Raises DataError naming the file."""
    tables = {name: _table(name, text) for name, text in _files("personas")}
    found: dict[str, Persona] = {}
    for name in tables:
        merged = _inherit(name, tables)
        try:
            persona = msgspec.convert(merged, Persona)
        except msgspec.ValidationError as error:
            raise DataError(f"lab/personas/{name}.toml: {error}") from error
        if persona.persona.id != name:
            raise DataError(f"lab/personas/{name}.toml: id is {persona.persona.id!r}")
        _check(persona)
        if not persona.persona.abstract:
            found[name] = persona
    return found


def _inherit(name: str, tables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A child's tables win key by key; its services replace those of the same port.

    Inquiries replace those of the same name.
    """
    own = tables[name]
    parent = own.get("persona", {}).get("extends", "")
    if not parent:
        return own
    if parent not in tables:
        raise DataError(f"lab/personas/{name}.toml: extends unknown persona {parent!r}")
    base = _inherit(parent, tables)
    merged: dict[str, Any] = dict(base)
    for key, value in own.items():
        if key == "service":
            ports = {row.get("port") for row in value}
            merged[key] = value + [row for row in base.get(key, []) if row["port"] not in ports]
        elif key == "inquiry":
            names = {row.get("name") for row in value}
            merged[key] = value + [row for row in base.get(key, []) if row["name"] not in names]
        elif isinstance(value, dict):
            kept = {name: item for name, item in base.get(key, {}).items() if name not in value}
            merged[key] = {**kept, **value}  # overridden values come last: they may use the others
        else:
            merged[key] = value
    merged["persona"].pop("abstract", None)
    if own["persona"].get("abstract"):
        merged["persona"]["abstract"] = True
    closed = set(own.get("without", {}).get("ports", []))
    silent = set(own.get("without", {}).get("inquiries", []))
    if "inquiry" in merged:
        merged["inquiry"] = [row for row in merged["inquiry"] if row["name"] not in silent]
    for table in own.get("without", {}).get("tables", []):
        merged.pop(table, None)
    merged.pop("without", None)
    merged["service"] = [row for row in merged.get("service", []) if row["port"] not in closed]
    return merged


def _check(persona: Persona) -> None:
    for service in persona.service:
        for answer in service.answer:
            if answer.name not in persona.provenance:
                raise DataError(
                    f"lab/personas/{persona.id}.toml: answer {answer.name!r} has no provenance"
                )
    for inquiry in persona.inquiry:
        where = f"lab/personas/{persona.id}.toml: inquiry {inquiry.name!r}"
        if inquiry.name not in persona.provenance:
            raise DataError(f"{where} has no provenance")
        if inquiry.to == "group" and not (inquiry.to_group or inquiry.groups):
            raise DataError(f"{where} answers to a group and names none")
        if bool(inquiry.reply) == bool(inquiry.reply_hex):
            raise DataError(f"{where} needs either `reply` or `reply_hex`")
    if persona.wsd is not None and "wsd" not in persona.provenance:
        raise DataError(f"lab/personas/{persona.id}.toml: [wsd] has no provenance")
    for stack in {persona.onvif.stack if persona.onvif else "", _wsd_stack(persona)} - {""}:
        if stack not in stacks():
            raise DataError(f"lab/personas/{persona.id}.toml: no stack {stack!r}")


def _wsd_stack(persona: Persona) -> str:
    return persona.wsd.stack if persona.wsd is not None else ""
