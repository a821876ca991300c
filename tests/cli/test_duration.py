import click
import pytest

from camscan.cli.duration import as_seconds, seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("1h", 3600),
        ("1h30m", 5400),
        ("7", 7),
        ("2d", 172_800),
        ("0.5s", 0.5),
    ],
)
def test_lengths(text, seconds):
    assert seconds_of(text) == seconds
    assert as_seconds(None, None, text) == seconds


@pytest.mark.parametrize("text", ["", "h", "0s", "-1h", "1w", "1h 30m", "1.2.3s", "9" * 30, "٣s"])
def test_what_is_none(text):
    assert seconds_of(text) is None
    with pytest.raises(click.BadParameter, match="no length of time"):
        as_seconds(None, None, text)


def test_not_given():
    assert as_seconds(None, None, None) is None
