from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.never import (
    NEVER_PATHS,
    REQUEST_PATHS,
    path_permitted,
    port_permitted,
    redirect_target,
    service_path_permitted,
)


def test_raw_print_ports_are_never_touched() -> None:
    assert [port for port in range(9090, 9120) if not port_permitted(port)] == [*range(9100, 9108)]


def test_every_forbidden_path_says_why_and_who_says_so() -> None:
    assert all(entry.part and entry.reason and entry.source for entry in NEVER_PATHS)
    assert not any(path_permitted(entry.part) for entry in NEVER_PATHS)


@pytest.mark.parametrize(
    "path",
    [*REQUEST_PATHS, "/doc/page/login.asp", "/index.html", "/login.htm", "/js/main.js", "/a.css"],
)
def test_permitted(path: str) -> None:
    assert path_permitted(path)


@pytest.mark.parametrize(
    "path",
    [
        "/cgi-bin/audio.cgi", "/cgi-bin/audio.html", "/upnp_eth0.xml", "/x/UPNP_ETH0.xml.html",
        "/reboot", "/login", "/web/", "/web", "", "index.html", "//evil/index.html", "/a//b.html",
        "/CgiPowerDownReset.html", "/snapshot.html", "/live.html", "/video/index.html",
        "/reboot.asp", "/setReboot.asp", "/factoryReset.js", "/image.jpg", "/img/index.html",
        "/ptz.html", "/stream.js", "/a.html?x=1", "/a.html#x", "/../a.html", "/./a.html",
        "/a%2e.html", "/a b.html", "/a.html\r\nX: y", "/a.html\x07", "/é.html", "/a.php", "/a.jsp",
        "/" + "a" * 300 + ".html", "/onvif/device_service", "/liveView.html", "/record.htm",
    ],
)  # fmt: skip
def test_refused(path: str) -> None:
    assert not path_permitted(path)


def test_words_are_whole_words() -> None:
    assert path_permitted("/setup/assets/gateway.js")
    assert path_permitted("/deliver.html")


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/doc/page/login.asp", "http://10.0.0.1/doc/page/login.asp"),
        ("doc/index.html", "http://10.0.0.1/doc/index.html"),
        ("./login.html", "http://10.0.0.1/login.html"),
        ("http://10.0.0.1/index.asp", "http://10.0.0.1/index.asp"),
        ("http://10.0.0.1:80/index.asp", "http://10.0.0.1/index.asp"),
        ("//10.0.0.1/index.asp", "http://10.0.0.1/index.asp"),
        ("http:///index.asp", "http://10.0.0.1/index.asp"),
        ("/doc/page/login.asp?_1700000000123", "http://10.0.0.1/doc/page/login.asp"),
        ("/doc/page/login.asp?_", "http://10.0.0.1/doc/page/login.asp"),
        ("/login.html#top", "http://10.0.0.1/login.html"),
        ("https://10.0.0.1/", "https://10.0.0.1/"),
        ("https://10.0.0.1:443/index.html", "https://10.0.0.1/index.html"),
        (" /index.html\r\n", "http://10.0.0.1/index.html"),
    ],
)
def test_redirect_followed(location: str, target: str) -> None:
    assert redirect_target("10.0.0.1", "http", "/", location) == target


@pytest.mark.parametrize(
    "location",
    [
        "", "/", "http://10.0.0.2/index.html", "http://evil.example/index.html",
        "//evil.example/index.html", "http://10.0.0.1.evil.example/index.html",
        "http://10.0.0.1:8080/index.html", "https://10.0.0.1:8443/index.html",
        "http://10.0.0.1@evil.example/index.html", "http://a:b@10.0.0.1/index.html",
        "ftp://10.0.0.1/index.html", "javascript:alert(1)//.html", "file:///etc/x.html",
        "http://\x07/index.html", "/a\x07.html", "/a.html\r\nHost: evil", "\\\\evil\\a.html",
        "/\\evil.example/a.html", "/login.asp?action=reboot", "/login.asp?user=admin&pwd=1",
        "/cgi-bin/CgiPowerDownReset?Language=0", "/cgi-bin/audio.cgi", "/snapshot.jpg",
        "/mjpg/video.html", "/view/live.html", "/web/", "/login", "http://10.0.0.1:99999/a.html",
        "http://[::1/a.html", "/a.html?" + "1" * 50, "/" + "a" * 2000 + ".html",
        "https://10.0.0.2/index.html", "/índ.html",
    ],
)  # fmt: skip
def test_redirect_refused(location: str) -> None:
    assert redirect_target("10.0.0.1", "http", "/", location) is None


def test_redirect_keeps_its_port_and_knows_ipv6() -> None:
    assert redirect_target("cam:8080", "http", "/", "a.html") == "http://cam:8080/a.html"
    assert redirect_target("cam:8080", "http", "/", "https://CAM/") == "https://cam/"
    assert redirect_target("cam:8080", "http", "/", "http://cam/a.html") is None
    assert redirect_target("cam:8443", "https", "/", "https://cam:8443/a.html") is not None
    assert redirect_target("cam", "https", "/", "http://cam/a.html") is None
    assert redirect_target("[fd00::1]", "http", "/", "/a.html") == "http://[fd00::1]/a.html"
    assert redirect_target("cam", "http", "/a/b.html", "../c.html") == "http://cam/c.html"
    assert redirect_target("cam", "http", "/a.html", "/a.html") is None


@given(st.text(max_size=80))
def test_fuzz_redirect_target(location: str) -> None:
    for text in (location, f"http://10.0.0.1/{location}", f"//10.0.0.1{location}.html"):
        target = redirect_target("10.0.0.1", "http", "/", text)
        assert target is None or target.startswith(("http://10.0.0.1/", "https://10.0.0.1/"))
        if target is not None:
            assert path_permitted("/" + target.split("/", 3)[3])


@pytest.mark.parametrize("path", ["/onvif/device_service", "/onvif/services", "/Onvif/Device"])
def test_service_paths(path: str) -> None:
    assert service_path_permitted(path)


@pytest.mark.parametrize(
    "path",
    ["/", "", "/cgi-bin/reboot", "/onvif/media_service", "/onvif/device_service?x", "/onvif/../x"],
)
def test_other_services_are_refused(path: str) -> None:
    assert not service_path_permitted(path)
