"""Who gives a command."""

import getpass

import pytest

from camscan.cli.who import this_user


def test_the_user_or_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "jo")
    assert this_user() == "jo"

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert this_user() == "unknown"
