"""`camscan identify`."""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path

from click.testing import CliRunner

from camscan.cli import cli
from camscan.inventory.store import decode_run
from camscan.model.run import Run

SOURCES = Path(__file__).parents[1] / "sources"


def identify(text: str, *options: str) -> list[dict[str, object]]:
    done = CliRunner().invoke(cli, ["identify", "--format", "jsonl", *options], input=text)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def record(target: str, **rest: object) -> str:
    return json.dumps({"target": target, **rest}) + "\n"


def test_one_object_a_target_in_input_order() -> None:
    text = (
        record("b", field="http.server", value="App-webs/")
        + record("a", field="http.server", value="something nobody knows")
        + record("b", field="rtsp.www_authenticate", value='Digest realm="IP Camera(C5654)"')
    )
    first, second = identify(text)
    assert (first["id"], second["id"]) == ("b", "a")
    assert first["maker"]["id"] == "hikvision"  # type: ignore[index]
    assert first["class"]["value"] == "camera"  # type: ignore[index]
    assert second["maker"] is None


def test_a_capture_of_one_camera_by_its_announcements(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("wire", SOURCES / "wire.py")
    assert spec is not None
    assert spec.loader is not None
    wire = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(wire)
    mac = bytes.fromhex("accc8ed8b1f9")
    discover = wire.dhcp(
        ((53, b"\1"), (60, b"AXIS,Network Camera,P3343,5.20.3"), (12, b"axis-accc8ed8b1f9")),
        mac=mac,
    )
    alive = (
        b"NOTIFY * HTTP/1.1\r\nNT: urn:axis-com:service:BasicService:1\r\nNTS: ssdp:alive\r\n"
        b"USN: uuid:Upnp-BasicDevice-1_0-ACCC8ED8B1F9::urn:axis-com:service:BasicService:1\r\n"
        b"SERVER: Linux/4.9.94-axis5, UPnP/1.0, Portable SDK for UPnP devices/1.6.22\r\n\r\n"
    )
    parts = (("0.0.0.0", "255.255.255.255", 68, 67, discover),)
    parts += (("192.168.1.102", "239.255.255.250", 40000, 1900, alive),)
    frames = [
        wire.ethernet(wire.ip(source, to, 17, wire.udp(a, b, payload)), source=mac)
        for source, to, a, b, payload in parts
    ]
    data = wire.pcap([(9.0, frame) for frame in (*frames, wire.arp("192.168.1.102", mac))])
    (tmp_path / "c").write_bytes(data)
    for arguments, given in (
        ([str(tmp_path / "c")], None),
        (["-"], data),
        ([], gzip.compress(data)),
    ):
        done = CliRunner().invoke(cli, ["identify", "--format", "jsonl", *arguments], input=given)
        assert done.exit_code == 0, done.output
        (device,) = map(json.loads, done.stdout.splitlines())
        assert device["id"] == "192.168.1.102"
        assert (device["maker"]["id"], device["maker"]["band"]) == ("axis", "confirmed")
        assert device["class"]["value"] == "camera"
        assert device["model"]["value"] == "P3343"
        assert device["firmware"]["value"].startswith("5.20.3")
        assert device["mac"] == "ac:cc:8e:d8:b1:f9"


def test_raw_and_hex_answers() -> None:
    raw = 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="hikvision"\r\n\r\n'
    text = record("r", protocol="http", raw=raw) + record(
        "h", protocol="http", hex=raw.encode().hex()
    )
    first, second = identify(text)
    assert first["maker"]["id"] == second["maker"]["id"] == "hikvision"  # type: ignore[index]


def test_a_pasted_banner_works_as_it_is() -> None:
    (device,) = identify('HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm="hikvision"\n\n')
    assert device["id"] == "pasted"
    assert device["maker"]["id"] == "hikvision"  # type: ignore[index]


def test_bad_lines_are_said_with_their_number_and_skipped() -> None:
    text = (
        record("a", field="http.server", value="App-webs/") + "{broken\n" + record("a", field="x")
    )
    done = CliRunner().invoke(cli, ["identify", "--format", "jsonl"], input=text)
    assert done.exit_code == 0
    assert "line 2" in done.stderr
    assert "line 3" in done.stderr


def test_nothing_to_identify_is_an_error() -> None:
    done = CliRunner().invoke(cli, ["identify"], input="")
    assert done.exit_code != 0


def test_json_is_a_run(tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    text = record("10.0.0.9", field="http.server", value="App-webs/")
    done = CliRunner().invoke(cli, ["identify", "-o", f"json:{out}"], input=text)
    assert done.exit_code == 0
    run: Run = decode_run(out.read_bytes(), "out")
    assert run.devices[0].addresses == ("10.0.0.9",)
    assert run.tool.data.sha256


NMAP = """<?xml version="1.0"?><nmaprun scanner="nmap" start="1"><host><status state="up"
reason="arp-response"/><address addr="10.0.0.9" addrtype="ipv4"/><ports>
<port protocol="tcp" portid="554"><state state="open"/><service name="rtsp" method="probed"/></port>
<port protocol="tcp" portid="80"><state state="open"/><service name="http" method="table"/></port>
<port protocol="udp" portid="161"><state state="open|filtered"/></port>
<port protocol="sctp" portid="80"><state state="open"/></port>
<port protocol="tcp" portid="23"><state state="closed"/></port></ports></host></nmaprun>"""
MASSCAN = (
    "[\n"
    + ",\n".join(
        json.dumps(
            {"ip": "10.0.0.9", "timestamp": "1", "ports": [{"port": 80, "proto": "tcp", **rest}]}
        )
        for rest in ({"status": "open"}, {"service": {"name": "http", "banner": "HTTP/1.0 200 OK"}})
    )
    + "\n]"
)


def test_ports_of_port_scanners_are_those_of_the_device(tmp_path: Path) -> None:
    (tmp_path / "n.xml").write_text(NMAP)
    (tmp_path / "m.json").write_text(MASSCAN)
    for form in ("jsonl", "json"):
        seen = []
        for names in (["n.xml"], ["m.json"], ["n.xml", "m.json"]):
            paths = [str(tmp_path / name) for name in names]
            done = CliRunner().invoke(cli, ["identify", "--format", form, *paths])
            assert done.exit_code == 0, done.output
            found = json.loads(done.stdout)
            (device,) = found["devices"] if form == "json" else [found]
            assert {p["transport"] for p in device["ports"]} == {"tcp"}
            seen.append([(p["port"], p["service"], p["status"]) for p in device["ports"]])
        closed, rtsp = (23, None, "closed"), (554, "rtsp", "open")
        assert seen == [
            [closed, (80, None, "open"), rtsp],
            [(80, "http", "open")],
            [closed, (80, "http", "open"), rtsp],
        ]
