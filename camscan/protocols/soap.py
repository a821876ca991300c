"""SOAP envelopes of careless senders: a bounded, entity-free tree, matched by local name.

Devices leave prefixes undeclared, bind the usual prefix to another version, add bytes after the
envelope and cut it short; so lookups here go by local name, and meaning by namespace URI.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

from lxml import etree
from msgspec import Struct

from camscan.protocols.text import to_text

MAX_BYTES = 262144
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,256}\?>", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml\b[^>]{0,128}encoding\s{0,4}=\s{0,4}[\"']([A-Za-z0-9._-]{1,40})")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A word boundary in front would hide from `re` that every match begins with these letters.
_XMLNS = re.compile(
    r"xmlns(?<!\wxmlns)(?::([\w.-]{1,64}))?\s{0,4}=\s{0,4}[\"']([^\"'<>]{1,512})[\"']"
)
# Two declarations with no blank between them end the start tag for libxml2.
_GLUED = re.compile(r"([\"'])(xmlns[:=])")

Node: TypeAlias = etree._Element


class Fault(Struct, frozen=True, kw_only=True):
    """A SOAP 1.1 or 1.2 fault. `code` is the local word (`Sender`), subcodes as written."""

    code: str
    subcodes: tuple[str, ...] = ()
    reason: str = ""

    def says(self, word: str) -> bool:
        """True when a code, or else the reason, holds `word` (case-insensitive, no blanks)."""
        text = " ".join((self.code, *self.subcodes, self.reason)).lower()
        return word.lower() in text.replace(" ", "") or word.lower() in text


def parse_xml(data: bytes) -> Node | None:
    """The root element, recovered as far as it goes; None when there is no element at all.

    At most 256 KiB, no DTD, no entities, no network, libxml2's own depth limit.
    """
    text = xml_text(data)
    if text is None or re.search(r"<!(?:DOCTYPE|ENTITY)\b", text[:65536], re.IGNORECASE):
        return None
    try:
        root = etree.fromstring(_unglued(text).encode("utf-8"), _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    # In recover mode lxml returns None for hopeless input, which its stubs do not say.
    if not isinstance(root, etree._Element):
        return None
    _drop_prefixes(root)
    return root


def _unglued(text: str) -> str:
    return _GLUED.sub(r"\1 \2", text) if '"xmlns' in text or "'xmlns" in text else text


@cache
def _parser() -> etree.XMLParser:
    """One for all documents: it keeps nothing of any, and making it takes as long as using it."""
    return etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _drop_prefixes(root: Node) -> None:
    """Elements whose prefix nobody declared (`d:Types`) get their local name: libxml2 finds the
    elements of a name quickly, but not those of a name behind any prefix."""
    for node in root.iter():
        tag = node.tag
        if isinstance(tag, str) and ":" in tag and tag[0] != "{":
            with contextlib.suppress(ValueError):  # what is left is no name
                node.tag = tag.rpartition(":")[2]


def xml_text(data: bytes) -> str | None:
    """The markup as clean text without declaration, from the first `<` on; None without one."""
    cut = data[:MAX_BYTES]
    declared = _ENCODING.search(cut[:512])
    text = to_text(cut, declared.group(1).decode("ascii") if declared else None)
    start = text.find("<")
    if start < 0:
        return None
    return _NOT_XML.sub("", _DECLARATION.sub("", text[start:], count=1)).lstrip() or None


def local(node: Node) -> str:
    """The local name; also of an element whose prefix nobody declared (`d:Types`), where it need be
    no name by XML's grammar (`<d:1/>`) and may be empty (`<d:/>`)."""
    tag = node.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2]


def namespace(node: Node) -> str | None:
    """The namespace URI of an element, or None."""
    tag = node.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag[:1] == "{" else None


def walk(root: Node, name: str) -> Iterator[Node]:
    """Elements of local name `name`, any namespace, in document order. Raises ValueError for an
    empty name."""
    return root.iter(f"{{*}}{name}")


def find(root: Node, name: str) -> Node | None:
    """The first element of local name `name`, or None."""
    return next(walk(root, name), None)


def text_of(root: Node | None, name: str) -> str | None:
    """Trimmed text of the first element `name` below `root`; None when absent or empty."""
    node = None if root is None else find(root, name)
    return None if node is None else content(node)


def content(node: Node) -> str | None:
    """Trimmed text of an element itself; None when it is empty."""
    return (node.text or "").strip() or None


def namespaces(data: bytes) -> dict[str, str]:
    """Every declared namespace, prefix to URI (`""` for the default); the first 256 of them.

    By text, so that a document no parser takes still tells: the declarations are a fingerprint.
    """
    found: dict[str, str] = {}
    for match in _XMLNS.finditer(to_text(data[:65536])):
        if len(found) >= 256:
            break
        found.setdefault(match.group(1) or "", match.group(2).strip())
    return found


def fault_of(root: Node) -> Fault | None:
    """The fault of an envelope (SOAP 1.2 `Code/Value`, 1.1 `faultcode`), or None."""
    node = find(root, "Fault")
    if node is None:
        return None
    values = [text for value in walk(node, "Value") if (text := content(value))]
    if not values:
        values = [text for value in walk(node, "faultcode") if (text := content(value))]
    reason = find(node, "Reason")
    said = text_of(reason, "Text") or text_of(node, "faultstring") or ""
    code = values[0].rpartition(":")[2] if values else ""
    return Fault(code=code, subcodes=tuple(values[1:8]), reason=said[:1024])
