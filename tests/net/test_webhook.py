"""The POST of an event; retries: test_alert_queue.py, the whole way: tests/cli/test_watch.py."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from camscan.net.alert import Alert, AlertError
from camscan.net.webhook import Webhook

ALERT = Alert(kind="fleet", severity="high", title="t", line="l", json=b'{"kind": "fleet"}')


@pytest.fixture
def server():
    taken = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((self.path, self.headers, body))
            self.send_response(int(self.path.strip("/")))
            self.send_header("Location", "/200")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_address[1]}", taken
        web.shutdown()


def test_json_is_posted_past_every_proxy_of_the_environment(server, monkeypatch):
    base, taken = server
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    hook = Webhook(f"{base}/204")
    hook.send(ALERT)
    hook.close()
    ((path, headers, body),) = taken
    assert (path, body) == ("/204", ALERT.json)
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("camscan/")


@pytest.mark.parametrize("status", [302, 401, 500])
def test_other_answers_are_failures_and_no_redirect_is_followed(server, status):
    base, taken = server
    hook = Webhook(f"{base}/{status}")
    with pytest.raises(AlertError, match=f"answered {status}"):
        hook.send(ALERT)
    hook.close()
    assert len(taken) == 1


def test_a_dead_server_is_named_without_the_url():
    hook = Webhook("http://127.0.0.1:1/t0ken")
    with pytest.raises(AlertError) as caught:
        hook.send(ALERT)
    hook.close()
    assert "t0ken" not in str(caught.value)
