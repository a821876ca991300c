"""SVG that a strict content security policy lets stand in a page."""

from __future__ import annotations

from lxml import etree

NAMESPACE = "http://www.w3.org/2000/svg"
_DROPPED = ("defs", "desc", "title", "script", "style")


def bare(svg: etree._Element) -> etree._Element:
    """`svg` without scripts, styles, tooltips and comments; classes stay for a style sheet."""
    for element in list(svg.iter()):
        parent = element.getparent()
        if parent is not None and _unwanted(element):
            parent.remove(element)
        elif "style" in element.attrib:
            del element.attrib["style"]
    svg.attrib.pop("id", None)
    etree.cleanup_namespaces(svg)
    return svg


def _unwanted(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return True
    name = etree.QName(element).localname
    classes = element.get("class", "").split()
    return name in _DROPPED or "tooltip-overlay" in classes or "background" in classes


def accessible(svg: etree._Element, key: str, title: str, words: str) -> None:
    """Make `svg` one image with a name and a description (SVG-AAM, WAI-ARIA role img)."""
    namespace = etree.QName(svg).namespace
    for index, (tag, text) in enumerate((("title", title), ("desc", words))):
        element = etree.Element(etree.QName(namespace, tag), id=f"{key}-{tag}")
        element.text = text
        svg.insert(index, element)
    svg.set("role", "img")
    svg.set("aria-labelledby", f"{key}-title")
    svg.set("aria-describedby", f"{key}-desc")
