"""Where nothing can be kept or written, camscan says so and loses nothing in silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys

TARGET = ("scan", "127.87.0.10-12", "--ports", "8080,8554")


def test_without_a_place_for_the_data_base_the_scan_still_works(
    office, camscan, check_run, tmp_path
):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    done = camscan(*TARGET, "--db", str(in_the_way / "db"), "-o", "json:-")
    assert done.code == 0, done.err
    run = json.loads(done.out)
    check_run(run)
    assert run["run"]["status"] == "complete"
    assert any(device["maker"] for device in run["devices"])
    (skip,) = [one for one in run["coverage"]["skips"] if one["subject"] == "journal"]
    assert str(in_the_way) in skip["reason"]
    assert in_the_way.read_text() == ""


def test_a_full_disk_is_an_error_with_a_message(office, camscan, tmp_path):
    db = ("--db", str(tmp_path / "db" / "db"))
    done = camscan(*TARGET, *db, "-o", "json:/dev/full")
    assert done.code == 1
    assert "/dev/full" in done.err
    assert "No space left" in done.err
    assert "Traceback" not in done.err
    kept = camscan("report", "latest", *db, "--format", "json")
    assert json.loads(kept.out)["devices"], "the run itself is not lost"


def test_full_standard_output_is_an_error_with_a_message(office, tmp_path):
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "camscan", *TARGET, "-o", "json:-"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env={**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
            timeout=60,
            check=False,
        )
    said = done.stderr.decode()
    assert done.returncode == 1, said
    assert "No space left" in said
    assert "Traceback" not in said


def test_one_report_that_fails_does_not_cost_the_others(office, camscan, tmp_path):
    done = camscan(*TARGET, "-o", "json:/dev/full", "-o", f"csv:{tmp_path}/run.csv")
    assert done.code == 1
    assert (tmp_path / "run.csv").read_text().count("\n") > 3


def test_an_unwritable_folder_is_named(office, camscan, tmp_path):
    done = camscan(*TARGET, "-o", f"json:{tmp_path}/none/run.json")
    assert done.code == 1
    assert f"{tmp_path}/none/run.json" in done.err
