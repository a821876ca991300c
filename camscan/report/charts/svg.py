"""SVG that a style sheet colours and that a strict content security policy lets stand in a page."""

from __future__ import annotations

from lxml import etree

NAMESPACE = "http://www.w3.org/2000/svg"
_SIZE = ("width", "height", "version")


def bare(svg: etree._Element) -> etree._Element:
    """A chart of leather without background and without the axis of numbers, of any size.

    leather writes presentation attributes and classes, never `style`: rules of a style sheet go
    before them, and where there is none the chart still has colours.
    """
    background = svg.find(f".//{{{NAMESPACE}}}rect")
    numbers = svg.find(f".//{{{NAMESPACE}}}g[@class='axis bottom']")
    for element in (background, numbers):
        parent = element.getparent() if element is not None else None
        if element is not None and parent is not None:
            parent.remove(element)
    for name in _SIZE:
        svg.attrib.pop(name, "")
    return svg


def accessible(svg: etree._Element, key: str, title: str, words: str) -> None:
    """Make `svg` one image with a name and a description (SVG-AAM, WAI-ARIA role img)."""
    for index, (tag, text) in enumerate((("title", title), ("desc", words))):
        element = etree.Element(f"{{{NAMESPACE}}}{tag}", id=f"{key}-{tag}")
        element.text = text
        svg.insert(index, element)
    svg.set("role", "img")
    svg.set("aria-labelledby", f"{key}-title")
    svg.set("aria-describedby", f"{key}-desc")
