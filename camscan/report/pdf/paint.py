"""Charts for paper: what draws a PDF knows nothing of the document's style within a picture."""

from __future__ import annotations

from lxml import etree
from markupsafe import Markup

from camscan.report.charts.svg import NAMESPACE
from camscan.report.html.trusted import trusted

_STYLE = """
text { fill: #16202c; font-family: "Liberation Sans", "DejaVu Sans", sans-serif; font-size: 14px; }
.bar-chart .tick line { stroke: #fff; }
.bar-chart .bars rect { fill: #1f6fb5; }
.flow-head { fill: #51606f; }
.flow-node { fill: #16202c; }
.flow-band { opacity: .65; }
.flow-unexpected { fill: #b3261e; }
.flow-unknown { fill: #a66a00; }
.flow-vendor-cloud { fill: #2f78bd; }
.flow-expected, .flow-allowed { fill: #6b7885; }
"""


def painted(svg: Markup) -> Markup:
    """The picture with its colours inside, without ids: it may stand twice in a document. An empty
    one stays empty."""
    if not svg:
        return svg
    root = etree.fromstring(str(svg))
    for element in (root, *root.iter(f"{{{NAMESPACE}}}title", f"{{{NAMESPACE}}}desc")):
        for name in ("id", "aria-labelledby", "aria-describedby"):
            element.attrib.pop(name, "")
    style = etree.SubElement(root, f"{{{NAMESPACE}}}style")
    style.text = _STYLE
    return trusted(etree.tostring(root, encoding="unicode"))
