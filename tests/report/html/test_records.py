"""Devices as the page's script reads them."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from camscan.model.run import Run
from camscan.report.html import records as module
from camscan.report.html.records import records


def data_of(run: Run) -> tuple[list[str], list[list[int]], list[list[Any]]]:
    data = cast(dict[str, list[Any]], records(run).data)
    return data["strings"], data["devices"], data["pages"]


def test_a_row_has_what_the_list_shows(sample_run: Run) -> None:
    strings, rows, pages = data_of(sample_run)
    assert len(rows) == len(pages) == len(sample_run.devices)
    device, row = sample_run.devices[0], rows[0]
    assert strings[row[0]] == device.id
    assert strings[row[1]] == device.addresses[0]
    assert strings[row[3]] == "camera"
    assert strings[row[4]] == "Hikvision"
    assert row[10:] == [1, 4], "one finding, high"


def test_what_is_possible_has_a_question_mark(sample_run: Run) -> None:
    strings, rows, _ = data_of(sample_run)
    assert any(strings[row[3]].endswith("?") for row in rows)


def test_all_evidence_of_a_small_run_is_there(sample_run: Run) -> None:
    strings, _, pages = data_of(sample_run)
    for device, page in zip(sample_run.devices, pages, strict=True):
        lines, more = page[-2:]
        found = {
            (strings[f], strings[v])
            for line in lines
            for f, v in zip(line[3::2], line[4::2], strict=True)
        }
        assert found == {(record.field, record.value) for record in device.evidence}
        assert more == 0


def test_of_too_much_evidence_that_of_the_claims_stays(
    sample_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = sample_run.devices[0]
    assert device.maker is not None
    first = device.evidence[0]
    many = tuple(msgspec.structs.replace(first, id=f"x{n}", value=f"v{n}") for n in range(20))
    maker = msgspec.structs.replace(device.maker, evidence=("x17",))
    run = msgspec.structs.replace(
        sample_run, devices=(msgspec.structs.replace(device, evidence=many, maker=maker),)
    )
    monkeypatch.setattr(module, "_ALL_EVIDENCE", 3)
    done = records(run)
    strings = cast(list[str], done.data["strings"])
    assert "v17" in strings
    assert "v19" not in strings
    assert done.evidence_left_out == 17


def test_sentences_of_findings_are_kept_once(sample_run: Run) -> None:
    change = msgspec.structs.replace
    one = change(sample_run.findings[0], device="d", detail="At 10.0.0.1; the same. For all.")
    two = change(one, id="f2", detail="At 10.0.0.2; the same. For all.")
    device = change(sample_run.devices[0], id="d")
    strings, _, pages = data_of(change(sample_run, devices=(device,), findings=(one, two)))
    details = [finding[2] for finding in pages[0][5]]
    assert [" ".join(strings[text] for text in detail) for detail in details] == [
        one.detail,
        two.detail,
    ]
    assert strings.count("For all.") == 1
