import io

from camscan.report.console import report_console


def test_texts_stand_as_they_are() -> None:
    buffer = io.StringIO()
    report_console(buffer, color=False, width=None).print("[red]:smile: 10.0.0.1" + "x" * 130)
    assert buffer.getvalue() == "[red]:smile: 10.0.0.1" + "x" * 130 + "\n"


def test_colour_and_width_are_those_asked_for() -> None:
    buffer = io.StringIO()
    console = report_console(buffer, color=True, width=10)
    console.print("one two three", style="red")
    assert "\x1b[31m" in buffer.getvalue()
    assert buffer.getvalue().count("\n") == 2
