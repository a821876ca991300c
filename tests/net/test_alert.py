"""Which sender a URL gets, and what may be printed of it."""

import pytest

from camscan.errors import UsageError
from camscan.net.alert import sender_of, shown
from camscan.net.syslog_sender import SyslogSender
from camscan.net.webhook import Webhook


def test_the_scheme_decides():
    for url, name in (
        ("syslog:", "syslog:/dev/log"),
        ("syslog:///run/log.sock", "syslog:/run/log.sock"),
        ("syslog://127.0.0.1", "syslog://127.0.0.1:514"),
        ("syslog+tcp://127.0.0.1:6514", "syslog+tcp://127.0.0.1:6514"),
    ):
        sender = sender_of(url)
        assert isinstance(sender, SyslogSender)
        assert sender.name == name
    hook = sender_of("https://u:secret@hooks.example/T0/B1?token=x")
    assert isinstance(hook, Webhook)
    assert hook.name == "https://hooks.example"
    hook.close()


@pytest.mark.parametrize("url", ["", "nonsense", "https://[::1", "http://h:99999/x"])
def test_malformed_urls(url):
    with pytest.raises(UsageError, match="--alert"):
        sender_of(url)


def test_what_is_shown_holds_no_secret():
    assert shown("https://u:secret@h.example:8443/a/b?c=d") == "https://h.example"
