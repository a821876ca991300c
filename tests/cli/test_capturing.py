"""`camscan egress iface:NAME`: ends by itself, by Ctrl-C, and beside a file."""

import importlib.util
import json
import signal
from pathlib import Path

import pytest

pytestmark = [pytest.mark.root, pytest.mark.slow(12)]
SERVER = "36.110.220.15"


@pytest.fixture(scope="module")
def wire():
    path = Path(__file__).parent.parent / "sources" / "wire.py"
    spec = importlib.util.spec_from_file_location("camscan_test_wire", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def calls(border, name="out.json"):
    run = json.loads((border.folder / name).read_text())
    found = {c["port"]: c["count"] for c in run["conversations"] if c["verdict"] == "unexpected"}
    return run, found


def test_it_ends_by_itself(border):
    with border.camscan("egress", "iface:mon0", "--for", "3s", "-o", "json:out.json") as told:
        told.wait_for("capturing on mon0 for 3 s; nothing is sent")
        border.call(9000)
        border.call(9000)
        assert told.child.wait(timeout=60) == 0
    run, found = calls(border)
    assert run["run"]["status"] == "complete"
    assert found == {9000: 2}
    assert "iface:mon0" in run["run"]["scope"]["sources"]
    assert told.with_words("passed the kernel's filter, 0 of them lost")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_a_partial_run(border, number):
    with border.camscan("egress", "iface:mon0", "--for", "1h", "-o", "json:out.json") as told:
        told.wait_for("capturing on mon0")
        border.call(9000)
        told.child.send_signal(number)
        assert told.child.wait(timeout=60) == 130
    run, _ = calls(border)
    assert run["run"]["status"] == "partial"
    assert any("ended by a signal" in skip["reason"] for skip in run["coverage"]["skips"])
    (kept,) = (border.folder / "kept" / "runs").glob("*.jsonl")
    assert json.loads(kept.read_text().splitlines()[-1])["run"]["run"]["status"] == "partial"


def test_an_interface_and_a_file_together(border, wire):
    line = wire.Line()
    line.connect("10.66.1.11", SERVER, 8000)
    line.file(border.folder / "night.pcap")
    words = ("egress", "iface:mon0", "night.pcap", "--for", "2s", "-o", "json:out.json")
    with border.camscan(*words) as told:
        told.wait_for("capturing on mon0")
        border.call(9000)
        assert told.child.wait(timeout=60) == 0
    _, found = calls(border)
    assert found == {9000: 1, 8000: 1}


def test_an_interface_that_is_not_there(border):
    with border.camscan("egress", "iface:nowhere9", "--for", "2s") as told:
        assert told.child.wait(timeout=60) == 1
    assert told.with_words("nowhere9: no interface of this name")
