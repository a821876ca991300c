"""Charts for paper: what draws a PDF knows nothing of the document's style within a picture."""

from __future__ import annotations

from markupsafe import Markup

from camscan.report.html.trusted import trusted

_STYLE = """<style>
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
</style>"""


def painted(svg: Markup) -> Markup:
    """The picture with its colours inside; an empty one stays empty."""
    head, end, rest = str(svg).partition(">")
    return trusted(f"{head}{end}{_STYLE}{rest}") if end else svg
