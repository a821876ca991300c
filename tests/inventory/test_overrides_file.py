"""overrides.toml."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import ConfigError, StoreError
from camscan.inventory.overrides import Override
from camscan.inventory.overrides_file import read_overrides, write_overrides
from tests.conftest import NOW

ONE = Override(device="d1", key="site", value="Ripon", by="me", at=NOW)
FULL = Override(
    device="d2",
    address="10.0.0.1",
    keys=("mac:c0:56:e3:00:00:01", "serial:1"),
    key="maker",
    value="axis",
    title='Axis "C"',
    country="SE",
    by="J. Smith",
    at=NOW,
    why="label\\",
)


def test_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "overrides.toml"
    assert read_overrides(path) == ()
    write_overrides(path, [ONE, FULL])
    assert read_overrides(path) == (ONE, FULL)
    assert path.read_text().startswith("# What people said of devices")
    write_overrides(path, [])
    assert read_overrides(path) == ()
    assert [each.name for each in path.parent.iterdir()] == ["overrides.toml"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text('a\x7f"\\\n\x00é'))
def test_fuzz_every_text_comes_back(tmp_path_factory, value: str, why: str) -> None:
    path = tmp_path_factory.mktemp("o") / "overrides.toml"
    one = Override(device="d1", key="note", value=value, by="me", at=NOW, why=why)
    write_overrides(path, [one])
    assert read_overrides(path) == (one,)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = ", "not valid TOML"),
        ("[[said]]\ndevice = 1", "device"),
        ('[[said]]\ndevice = "d"\nkey = "colour"\nvalue = "x"\nby = "m"\nat = 2026-01-01', "key"),
        ("[[words]]", "words"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "overrides.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=problem) as caught:
        read_overrides(path)
    assert "overrides.toml" in str(caught.value)


@pytest.mark.parametrize(("key", "value"), [("class", "toaster"), ("site", "")])
def test_values_that_cannot_be(tmp_path: Path, key: str, value: str) -> None:
    path = tmp_path / "overrides.toml"
    path.write_text(
        f'[[said]]\ndevice = "d"\nkey = "{key}"\nvalue = "{value}"\nby = "m"\n'
        "at = 2026-01-01T00:00:00Z\n"
    )
    with pytest.raises(ConfigError, match=r"\[\[said\]\] 1: value"):
        read_overrides(path)


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write"):
        write_overrides(tmp_path / "file" / "overrides.toml", [ONE])
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match="cannot read"):
        read_overrides(tmp_path / "folder")
