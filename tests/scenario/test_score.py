"""The goals of `make fp-score` over devices that no fingerprint has as an example."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from camscan.matching.fingerprints import Fingerprints
from tests.shipped import shipped_data

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "score"
HELD_OUT_FIELDS_THAT_TELL_NOTHING = {"http.status", "rtsp.status", "rtsp.public"}


def fp_score(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench.score", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@cache
def fingerprints() -> Fingerprints:
    return shipped_data()


def lines(name: str) -> list[dict[str, Any]]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_the_goals_are_met() -> None:
    done = fp_score()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GOAL MISSED" not in done.stdout
    assert " right" in done.stdout


@pytest.mark.parametrize(
    ("file", "line", "fault"),
    [
        (
            "others.jsonl",
            {"records": [{"field": "onvif.model", "value": "DS-2CD2032-I"}], "kind": "printer"},
            "other devices are called camera",
        ),
        (
            "cameras.jsonl",
            {
                "records": [{"field": "http.server", "value": "nginx"}],
                "truth": {"maker": "axis", "brand": None, "class": None},
            },
            "the maker is right in 0 of 1",
        ),
    ],
)
def test_a_missed_goal_is_an_exit_code(
    file: str, line: dict[str, Any], fault: str, tmp_path: Path
) -> None:
    line = {"target": "x", "source": "made for this test", **line}
    if file == "others.jsonl":
        line["records"] = [
            {"field": "onvif.manufacturer", "value": "HIKVISION"},
            *line["records"],
        ]
    for name in ("cameras.jsonl", "others.jsonl"):
        text = json.dumps(line) + "\n" if name == file else ""
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = fp_score("--data", str(tmp_path))
    assert done.returncode == 1
    assert fault in done.stdout


def test_the_devices_are_no_examples() -> None:
    known = {
        (rule.field, example.text) for rule in fingerprints().rules for example in rule.examples
    }
    for device in (*lines("cameras.jsonl"), *lines("others.jsonl")):
        told = [
            (each["field"], each["value"])
            for each in device["records"]
            if "field" in each and each["field"] not in HELD_OUT_FIELDS_THAT_TELL_NOTHING
        ]
        assert not told or any(pair not in known for pair in told), device["target"]


def test_every_device_names_its_source_and_truth() -> None:
    makers, brands = fingerprints().makers, fingerprints().brands
    classes = fingerprints().vocabulary.classes
    kinds = fingerprints().vocabulary.sources
    targets = set()
    for device in (*lines("cameras.jsonl"), *lines("others.jsonl")):
        assert device["source"].partition(":")[0] in kinds, device["target"]
        targets.add(device["target"])
        if truth := device.get("truth"):
            assert truth["maker"] is None or truth["maker"] in makers
            assert truth["brand"] is None or truth["brand"] in brands
            assert truth["class"] is None or truth["class"] in classes
    assert len(targets) == len(lines("cameras.jsonl")) + len(lines("others.jsonl"))
