"""net/download.py against a real https server on 127.0.0.1."""

import contextlib
import datetime
import hashlib
import importlib.util
import ssl
from pathlib import Path

import pytest

from camscan.errors import SourceError, UsageError
from camscan.net.download import download, shown_url

BODY = b"table" * 1000


@pytest.fixture(scope="session")
def web():
    path = Path(__file__).parent / "https_server.py"
    spec = importlib.util.spec_from_file_location("camscan_test_https_server", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cut(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"x" * 50)


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):  # until the client hangs up
        while True:
            handler.wfile.write(bytes(65536))


def page(status, body, *headers):
    return lambda handler: handler.answer(status, body, *headers)


PAGES = {
    "/table": page(200, BODY, ("Last-Modified", "Tue, 03 Nov 2026 04:05:06 GMT")),
    "/gzip": page(200, BODY, ("Content-Encoding", "gzip")),
    "/loop": page(302, b"", ("Location", "/loop"), ("Set-Cookie", "a=b")),
    "/cut": cut,
    "/endless": endless,
    "/403": page(403, b"words"),
    "/410": page(410, b"words"),
    "/500": page(500, b"words"),
}


@pytest.fixture(scope="session")
def pem(web, tmp_path_factory):
    return web.certificate(tmp_path_factory.mktemp("pem") / "server.pem")


@pytest.fixture
def serve(web, pem):
    with contextlib.ExitStack() as stack:

        def start(*, tls=True):
            return stack.enter_context(web.serving(pem, dict(PAGES), tls=tls))

        yield start


@pytest.fixture
def server(serve):
    return serve()


@pytest.fixture
def context(pem):
    return ssl.create_default_context(cafile=pem)


def test_a_file_with_its_digest_and_age(server, context, tmp_path):
    found = download(f"{server.base}/table?token=secret", tmp_path / "x", context=context)
    assert (tmp_path / "x").read_bytes() == BODY
    assert (found.bytes, found.sha256) == (len(BODY), hashlib.sha256(BODY).hexdigest())
    assert found.modified.date() == datetime.date(2026, 11, 3)
    assert found.shown == f"{server.base}/table"
    ((path, headers),) = server.seen
    assert path == "/table?token=secret"
    assert headers["Accept-Encoding"] == "identity"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


def test_no_proxy_and_no_netrc_of_the_environment(server, context, tmp_path, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert download(f"{server.base}/table", tmp_path / "x", context=context)
    assert "Authorization" not in server.seen[0][1]


def test_what_the_server_packed_is_kept_as_it_came(server, context, tmp_path):
    assert download(f"{server.base}/gzip", tmp_path / "x", context=context).bytes == len(BODY)


@pytest.mark.parametrize("status", [404, 410])
def test_no_such_file_is_none(server, context, tmp_path, status):
    assert download(f"{server.base}/{status}", tmp_path / "x", context=context) is None
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "path, words",
    [
        ("/403?key=secret", "HTTP 403"),
        ("/500", "HTTP 500"),
        ("/loop", "more than 5 redirects"),
        ("/cut", "peer closed connection"),
        ("/endless", "more than the 1,000,000 bytes"),
    ],
)
def test_what_goes_wrong_leaves_nothing(server, context, tmp_path, path, words):
    with pytest.raises(SourceError, match=words) as caught:
        download(f"{server.base}{path}", tmp_path / "x", context=context, most=1_000_000)
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "x").exists()


def test_a_stated_size_beyond_the_bound_is_not_read(server, context, tmp_path):
    with pytest.raises(SourceError, match="5,000 bytes, more than the 4,999 that are taken"):
        download(f"{server.base}/table", tmp_path / "x", context=context, most=4999)


def test_time_in_all_is_bounded(server, context, tmp_path):
    with pytest.raises(SourceError, match="too slow"):
        download(f"{server.base}/endless", tmp_path / "x", context=context, within=0.0)


def test_a_redirect_sends_no_cookie_and_no_password_to_another_host(
    serve, server, context, tmp_path
):
    other = serve()
    server.pages["/moved"] = page(301, b"", ("Location", f"{other.base}/table"))
    url = server.base.replace("https://", "https://user:secret@") + "/moved"
    assert download(url, tmp_path / "x", context=context).bytes == len(BODY)
    assert server.seen[0][1]["Authorization"].startswith("Basic ")
    assert "Authorization" not in other.seen[0][1]
    with pytest.raises(SourceError):
        download(f"{server.base}/loop", tmp_path / "y", context=context)
    assert all("Cookie" not in headers for _, headers in server.seen)


@pytest.mark.parametrize("target", ["http", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_to_anything_but_https_is_not_followed(serve, server, context, tmp_path, target):
    plain = serve(tls=False)
    target = f"{plain.base}/table" if target == "http" else target
    server.pages["/moved"] = page(301, b"", ("Location", target))
    with pytest.raises(SourceError, match="no https URL"):
        download(f"{server.base}/moved", tmp_path / "x", context=context)
    assert plain.seen == []


def test_only_https_is_asked(serve, tmp_path):
    plain = serve(tls=False)
    for url in (f"{plain.base}/table", "file:///etc/passwd", "https:///x", "nonsense"):
        with pytest.raises(UsageError, match="only https"):
            download(url, tmp_path / "x")
    assert plain.seen == []


def test_a_stranger_s_certificate_is_refused(server, tmp_path):
    with pytest.raises(SourceError, match="certificate verify failed"):
        download(f"{server.base}/table", tmp_path / "x")
    assert server.seen == []


def test_nobody_there(tmp_path):
    with pytest.raises(SourceError, match=r"https://127\.0\.0\.1:9/x: "):
        download("https://127.0.0.1:9/x?key=secret", tmp_path / "x")


@pytest.mark.parametrize(
    "url, shown",
    [
        ("https://u:p@h.example:8443/a/b?k=v#f", "https://h.example:8443/a/b"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://h.example", "https://h.example"),
        ("https://h\x00", "that URL"),
    ],
)
def test_shown_url(url, shown):
    assert shown_url(url).rstrip("/") == shown
