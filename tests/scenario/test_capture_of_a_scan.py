"""A capture of a scan says what the scan said: the same makers, classes and models."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from camscan.lab import namespace

pytestmark = [pytest.mark.root, pytest.mark.peer, pytest.mark.slow(30)]

SCRIPT = """
link=$(ip -br link | awk '$1 != "lo" {sub(/@.*/, "", $1); print $1; exit}')
tshark -q -i "$link" -w "$OUT/scan.pcapng" 2>"$OUT/tshark.log" &
sniffer=$!
until grep -q " 0003 " /proc/thread-self/net/packet; do
    kill -0 "$sniffer" || exit 9
    sleep 0.05
done
"$PYTHON" -m camscan scan --all-sites -q -o "json:$OUT/run.json" --db "$OUT/db"
code=$?
kill -INT "$sniffer"
wait "$sniffer"
exit $code
"""


def run(*command: str, out: Path) -> None:
    environment = {**os.environ, "OUT": str(out), "PYTHON": sys.executable, "HOME": str(out)}
    done = subprocess.run(
        [sys.executable, "-m", "camscan", *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def devices(path: Path) -> dict[str, dict[str, Any]]:
    found = json.loads(path.read_bytes())["devices"]
    return {device["addresses"][0]: device for device in found if device["addresses"]}


def called(device: dict[str, Any]) -> tuple[str | None, ...]:
    """What a device is held to be; a brand that only its certificate names is left out, for TLS 1.3
    shows that to nobody who listens."""
    fields = {each["id"]: each["field"] for each in device["evidence"]}
    brand = device["brand"]
    if brand is not None and all(fields[one].startswith("tls.") for one in brand["evidence"]):
        brand = None
    claims = (device["maker"], brand, device["class"], device["model"])
    return tuple(None if c is None else c.get("id") or c.get("value") for c in claims)


def test_makers_classes_and_models_are_the_same(tmp_path: Path) -> None:
    reason = namespace.unavailable()
    if reason is not None:
        pytest.skip(f"no network namespaces: {reason}")
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    run("lab", "up", "--mode", "namespace", "--", "sh", "-c", SCRIPT, out=tmp_path)
    capture = tmp_path / "scan.pcapng"
    run("identify", str(capture), "-q", "-o", f"json:{tmp_path / 'identified.json'}", out=tmp_path)
    scanned = devices(tmp_path / "run.json")
    heard = devices(tmp_path / "identified.json")
    with_evidence = {address for address, device in scanned.items() if device["evidence"]}
    assert len(with_evidence) > 10
    assert with_evidence <= set(heard)
    assert {a: called(heard[a]) for a in with_evidence} == {
        a: called(scanned[a]) for a in with_evidence
    }
    # Behind the router of the lab every address has the router's MAC: it is given to none.
    routed = [device for address, device in heard.items() if address.startswith("10.66.1.")]
    assert routed
    assert not [e for device in routed for e in device["evidence"] if e["field"] == "mac.address"]
