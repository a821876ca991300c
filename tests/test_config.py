"""camscan.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from camscan.config import Config, config_schema, load_config, read_sites
from camscan.errors import ConfigError


def write(tmp_path: Path, text: str, name: str = "camscan.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_is_an_empty_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_config(None) == Config()


def test_default_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 'exclude = ["10.0.0.9"]\n')
    monkeypatch.chdir(tmp_path)
    assert load_config(None).exclude == ("10.0.0.9",)


def test_sites_authority_and_egress(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [site.Harrogate]
        subnets = ["10.1.0.0/24"]
        exclude = ["10.1.0.9"]
        [authority]
        name = "Head of IT"
        reference = "CHG-1"
        scope = ["10.0.0.0/8"]
        from = 2026-11-01
        until = "2026-12-01"
        [egress]
        home_countries = ["GB"]
        """,
    )
    config = load_config(path)
    assert config.site["Harrogate"].exclude == ("10.1.0.9",)
    assert config.authority is not None
    assert config.authority.valid_from == "2026-11-01"
    assert config.egress == {"home_countries": ["GB"]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = ", "not valid TOML"),
        ("sits = 1", "sits"),
        ("[site.X]\nsubnet = []", "subnet"),
        ('exclude = "10.0.0.1"', "array"),
        ("[authority]\nreference = 'x'", "name"),
    ],
)
def test_errors_name_file_and_key(tmp_path: Path, text: str, problem: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=problem) as caught:
        load_config(path)
    assert "camscan.toml" in str(caught.value)


def test_exceptions(tmp_path: Path) -> None:
    path = tmp_path / "camscan.toml"
    text = """
[[exceptions]]
rule = "unexpected-egress"
device = "c0:56:e3:00:00:09"
reason = "analytics, contract 12"
owner = "Parking services"
until = 2027-03-31
"""
    path.write_text(text)
    (one,) = load_config(path).exceptions
    assert one.until.isoformat() == "2027-03-31"
    assert one.text == (
        "unexpected-egress of device c0:56:e3:00:00:09 (owner Parking services, until 2027-03-31:"
        " analytics, contract 12)"
    )
    for key in ("rule", "reason", "owner", "until"):
        path.write_text("\n".join(line for line in text.splitlines() if not line.startswith(key)))
        with pytest.raises(ConfigError, match=key):
            load_config(path)
    path.write_text(text.replace("Parking services", " "))
    with pytest.raises(ConfigError, match="may not be empty"):
        load_config(path)


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        load_config(tmp_path / "none.toml")


def test_sites_csv(tmp_path: Path) -> None:
    write(
        tmp_path,
        "site,subnet,exclude\nTown,10.1.0.0/24,\nTown,10.2.0.0/24,10.2.0.1 10.2.0.2\n",
        "s.csv",
    )
    config = load_config(write(tmp_path, 'sites = "s.csv"'))
    assert config.site["Town"].subnets == ("10.1.0.0/24", "10.2.0.0/24")
    assert config.site["Town"].exclude == ("10.2.0.1", "10.2.0.2")


def test_sites_csv_errors_name_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, "site,subnet\nTown,10.1.0.0/24\n,10.2.0.0/24\n", "s.csv")
    with pytest.raises(ConfigError, match="line 3"):
        read_sites(path)
    write(tmp_path, "site,subnet\nTown,10.1.0.0/24\n", "s.csv")
    twice = write(tmp_path, 'sites = "s.csv"\n[site.Town]\nsubnets = ["10.0.0.0/24"]')
    with pytest.raises(ConfigError, match="both"):
        load_config(twice)


def test_schema_knows_every_key() -> None:
    text = str(config_schema())
    for key in ("site", "authority", "exclude", "egress", "until"):
        assert f"'{key}'" in text


NETWORKS = """
[[networks]]
name = "Guests"
cidr = "10.30.0.1/16"
reaches_cameras = false
[[networks]]
name = "Cameras"
cidr = "2001:db8::/32"
cameras = "expected"
[scan]
vantage = "Guests"
"""


def test_networks(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, NETWORKS))
    guests, cameras = config.networks
    assert (str(guests.network), guests.cameras, guests.reaches_cameras) == (
        "10.30.0.0/16",
        None,
        False,
    )
    assert (cameras.cameras, config.scan.vantage) == ("expected", "Guests")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"10.30.0.1/16"', '"10.30"', r"\[\[networks\]\] 1: cidr: '10.30' is neither"),
        ('"Cameras"', '" "', r"\[\[networks\]\] 2: name"),
        ('"2001:db8::/32"', '"10.30.0.0/16"', "already stands in .* 1"),
        ("reaches_cameras = false", "", "1: says nothing"),
        ('"expected"', '"some"', "cameras"),
        ("reaches_cameras = false", "reaches_cameras = 0", "reaches_cameras"),
        ('vantage = "Guests"', 'vantage = "Moon"', r"\[scan\] vantage: 'Moon'.*Guests, Cameras"),
    ],
)
def test_networks_are_read_strictly(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in NETWORKS
    with pytest.raises(ConfigError, match=problem):
        load_config(write(tmp_path, NETWORKS.replace(old, new)))
