import pytest

from camscan.egress.baseline import Baseline, learned
from camscan.egress.baseline_file import read_baseline, write_baseline
from camscan.errors import StoreError
from camscan.model.conversation import Verdict


def test_there_and_back(tmp_path, make_talk):
    path = tmp_path / "deep" / "baseline.json"
    assert read_baseline(path) == Baseline()
    made = learned(Baseline(), [(make_talk(), Verdict.UNEXPECTED)])
    write_baseline(path, made)
    assert read_baseline(path) == made
    assert [entry.name for entry in path.parent.iterdir()] == ["baseline.json"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"schema": "camscan.baseline/9"}', '{"calls": 1}']
)
def test_another_file_is_not_taken_for_one(tmp_path, text):
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(StoreError, match=r"camscan\.baseline/1"):
        read_baseline(path)


def test_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write"):
        write_baseline(tmp_path / "file" / "baseline.json", Baseline())
