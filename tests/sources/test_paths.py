import pytest

from camscan.errors import SourceError
from camscan.sources.paths import expand


def test_files_directories_and_globs(tmp_path):
    for name in ("b.log", "a.log", ".hidden", "deep/c.log", "deep/.git/d"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    inside = [str(tmp_path / name) for name in ("a.log", "b.log", "deep/c.log")]
    assert expand([str(tmp_path)]) == tuple(inside)
    assert expand([str(tmp_path / "*.log"), str(tmp_path / "**/*.log")]) == tuple(inside)
    assert expand(["-", str(tmp_path / "b.log"), "-"]) == ("-", str(tmp_path / "b.log"))


def test_a_name_with_brackets_that_exists_is_no_pattern(tmp_path):
    path = tmp_path / "a[1].log"
    path.write_text("")
    assert expand([str(path)]) == (str(path),)


def test_words_that_name_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="holds no file"):
        expand([str(tmp_path / "empty")])
    with pytest.raises(SourceError, match="matches no file"):
        expand([str(tmp_path / "*.pcap")])
    assert expand([str(tmp_path / "missing.pcap")]) == (str(tmp_path / "missing.pcap"),)
