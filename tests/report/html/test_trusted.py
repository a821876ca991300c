"""Text that is not escaped, and where that is asked for."""

from __future__ import annotations

import ast
from pathlib import Path

import camscan.report
from camscan.report.html.trusted import trusted

MAY = {
    "html/page.py",
    "html/pictures.py",
    "html/trusted.py",
    "markup.py",
    "pdf/document.py",
    "pdf/paint.py",
}


def test_it_stays_as_it_is() -> None:
    assert trusted("<b>").__html__() == "<b>"


def test_no_template_and_no_other_module_leaves_out_escaping() -> None:
    root = Path(camscan.report.__file__).parent
    for path in root.rglob("*.py"):
        names = {
            node.id
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Name)
        }
        if path.relative_to(root).as_posix() not in MAY:
            assert not names & {"Markup", "trusted"}, path
    for path in root.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "|safe" not in text.replace(" ", ""), path
        assert "autoescape" not in text, path
