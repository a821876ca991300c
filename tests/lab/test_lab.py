"""The entry point: what a running lab says about itself."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import pytest

from camscan.errors import LocalFaultError
from camscan.lab import Lab, namespace
from camscan.lab.lab import last_night


def test_a_loopback_lab_describes_itself(small: Lab) -> None:
    assert small.mode == "loopback"
    assert small.prefix == ()
    assert small.targets == (f"{small.base}.0.0/24", f"{small.base}.1.0/24")
    sites = tomllib.loads(small.config_text)["site"]
    assert sites == {
        "office": {"subnets": [f"{small.base}.0.0/24"]},
        "annexe": {"subnets": [f"{small.base}.1.0/24"]},
    }
    assert "loopback" in small.environment
    assert set(small.truth) == {d.address(small.base) for d in small.estate.devices}


def test_the_capture_belongs_to_the_estate(small: Lab, tmp_path: Path) -> None:
    path = tmp_path / "night.pcap"
    small.capture_pcap(path, datetime.date(2026, 11, 24))
    assert path.stat().st_size > 10_000
    assert small.callers
    assert set(small.callers) <= set(small.truth)


def test_the_last_night_lies_in_the_past() -> None:
    end = datetime.datetime.combine(last_night(), datetime.time(2, 45), datetime.UTC)
    assert end < datetime.datetime.now(datetime.UTC)


def test_namespaces_that_cannot_be_made_are_a_local_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(namespace, "unavailable", lambda: "a reason")
    with (
        pytest.raises(LocalFaultError, match="a reason"),
        Lab.up("small", "namespace"),
    ):
        pytest.fail("it came up")


def test_auto_falls_back_to_loopback_and_says_why(
    monkeypatch: pytest.MonkeyPatch, client: object
) -> None:
    monkeypatch.setattr(namespace, "unavailable", lambda: "a reason")
    with Lab.up("small", "auto", base="127.251") as lab:
        assert lab.mode == "loopback"
        assert "a reason" in lab.environment
