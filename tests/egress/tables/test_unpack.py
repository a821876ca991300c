import gzip
import io
import tarfile

import pytest

from camscan.egress.tables import unpack as module
from camscan.egress.tables.unpack import unpack
from camscan.errors import SourceError


def archive(path, **members):
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


@pytest.fixture
def into(tmp_path):
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


def test_plain_and_gzip(tmp_path, into):
    (tmp_path / "a.csv").write_bytes(b"1.0.0.0,1.0.0.9,GB")
    assert unpack(tmp_path / "a.csv", into, "a").read_bytes() == b"1.0.0.0,1.0.0.9,GB"
    (tmp_path / "b").write_bytes(gzip.compress(b"inner"))
    assert unpack(tmp_path / "b", into, "b").read_bytes() == b"inner"


def test_the_one_mmdb_of_an_archive_goes_nowhere_else(tmp_path, into):
    path = archive(
        tmp_path / "GeoLite2.tar.gz",
        **{"../../../escape.mmdb": b"the table", "GeoLite2/LICENSE.txt": b"words"},
    )
    found = unpack(path, into, "x")
    assert found.read_bytes() == b"the table"
    assert [entry.name for entry in into.iterdir()] == [found.name]
    assert not list(tmp_path.glob("**/escape.mmdb"))


@pytest.mark.parametrize("names, count", [(("a.txt",), 0), (("a.mmdb", "b.mmdb"), 2)])
def test_an_archive_with_none_or_several(tmp_path, into, names, count):
    path = archive(tmp_path / "x.tar.gz", **dict.fromkeys(names, b"x"))
    with pytest.raises(SourceError, match=f"shown: holds {count} MMDB files"):
        unpack(path, into, "shown")


def test_damage_is_named(tmp_path, into):
    packed = gzip.compress(b"x" * 5000)
    for data in (packed[:-9], packed[:12] + b"\xff" * 20, b"\x1f\x8b"):
        (tmp_path / "cut.gz").write_bytes(data)
        with pytest.raises(SourceError, match="cut: the gzip archive is damaged or cut short"):
            unpack(tmp_path / "cut.gz", into, "cut")
    with pytest.raises(SourceError, match="gone: no such file"):
        unpack(tmp_path / "gone", into, "gone")
    with pytest.raises(SourceError, match="a folder"):
        unpack(tmp_path, into, "folder")


def test_a_bomb_is_stopped(tmp_path, into, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 3 << 20)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(64 << 20)))
    with pytest.raises(SourceError, match="unpacks to more than"):
        unpack(tmp_path / "bomb.gz", into, "bomb")
    assert (into / "table").stat().st_size <= 3 << 20
