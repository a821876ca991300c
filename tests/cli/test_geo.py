"""`camscan geo`: what it prints, what it installs, and that it downloads only when told to."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result

from camscan.cli.geo import geo
from camscan.errors import SourceError, StoreError, UsageError

HERE = Path(__file__).parent
CHINESE_ABROAD = "47.88.59.209"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"camscan_test_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def files() -> ModuleType:
    return load(HERE.parent / "egress" / "geo_files.py")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, empty."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name: str(tmp_path / "data" / name))
    return tmp_path / "data" / "camscan" / "geo"


def run(*arguments: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(geo, list(arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def as_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--format", "json").stdout)


def names(entries: list[dict[str, Any]]) -> list[str]:
    return [f"{entry['name']}, {entry['date']}" for entry in entries]


# --- info --------------------------------------------------------------------------------------


def test_tables_with_date_age_licence_and_credit() -> None:
    text = run("info").stdout
    for word in ("DB-IP Country Lite", "2026-06-01", " days", "CC BY 4.0", "embedded", "MB"):
        assert word in text
    assert "IP Geolocation by DB-IP https://db-ip.com" in text
    tables = as_json("info")["tables"]
    assert [table["gives"] for table in tables] == [["country"], ["network"], ["operator"]]
    assert all(table["bytes"] > 100_000 and table["age_days"] > 0 for table in tables)
    lines = run("info", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == [table["name"] for table in tables]


def test_both_facts_of_an_address_each_with_its_table() -> None:
    (found,) = as_json("info", CHINESE_ABROAD)["addresses"]
    assert (found["country"], found["asn"], found["operator_country"]) == ("US", 45102, "CN")
    assert found["country_source"] == "DB-IP Country Lite, 2026-06-01"
    assert found["network_source"] == "RouteViews and DB-IP ASN Lite, 2026-06-17"
    assert found["operator_source"] == "IPtoASN country, 2026-06-17"
    text = run("info", CHINESE_ABROAD).stdout
    assert "US (DB-IP Country Lite, 2026-06-01)" in text
    assert "CN (IPtoASN country, 2026-06-17)" in text


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("100.64.3.4", {"scope": "carrier NAT (CGNAT)", "country": None, "asn": None}),
        ("203.0.113.9", {"scope": "documentation", "country": None}),
        ("192.168.1.9", {"scope": "private"}),
        ("1.1.1.1", {"anycast": True, "country": None, "anycast_service": "Cloudflare 1.1.1.1"}),
        ("::ffff:36.110.220.15", {"asked": "36.110.220.15", "country": "CN"}),
        ("2002:a00:1::", {"asked": "10.0.0.1", "scope": "private", "country": None}),
        ("fe80::1%eth0", {"scope": "link-local"}),
    ],
)
def test_kinds_of_address(address: str, expected: dict[str, Any]) -> None:
    (found,) = as_json("info", address)["addresses"]
    assert {key: found[key] for key in expected} == expected
    run("info", address)


def test_addresses_from_standard_input_as_lines() -> None:
    done = run("info", "-", "--format", "jsonl", stdin=f"{CHINESE_ABROAD}\n\n10.0.0.1\n")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["address"] for line in lines] == [CHINESE_ABROAD, "10.0.0.1"]


def test_own_files_go_before(files: ModuleType, tmp_path: Path) -> None:
    path = files.write_mmdb(tmp_path / "o", [("47.88.0.0/16", {"country_code": "FR"})], kind="Own")
    document = as_json("info", CHINESE_ABROAD, "--geo-db", str(path))
    assert document["addresses"][0]["country"] == "FR"
    assert (document["tables"][0]["name"], document["tables"][0]["origin"]) == ("Own", "given")


def test_a_hostile_name_in_a_table_drives_no_terminal(files: ModuleType, tmp_path: Path) -> None:
    record = {"asn": "AS64500", "as_name": "evil\x1b[2J\u202egnp", "country_code": "FR"}
    path = files.write_mmdb(tmp_path / "o", [("47.88.0.0/16", record)], kind="Own\x1b[31m")
    text = run("info", CHINESE_ABROAD, "--geo-db", str(path)).stdout
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "AS64500 evil" in text


def test_names_and_formats_are_refused() -> None:
    with pytest.raises(UsageError, match="looks up no names"):
        run("info", "camera.example.net")
    with pytest.raises(UsageError, match="table, json, jsonl"):
        run("info", "--format", "xml")
    with pytest.raises(UsageError, match="table, json, jsonl"):
        run("update", "--reset", "--format", "xml")


# --- update ------------------------------------------------------------------------------------


def test_install_go_back_and_reset(files: ModuleType, tmp_path: Path) -> None:
    old = files.country_mmdb(tmp_path / "old.mmdb", epoch=files.SEPTEMBER)
    new = files.country_mmdb(tmp_path / "new.mmdb")
    done = run("update", str(old))
    assert "34 of 34 known addresses right" in done.stdout
    assert "before: the embedded tables" in done.stdout
    assert "checking old.mmdb" in done.stderr
    document = as_json("update", str(new))
    assert names(document["installed"]) == ["GeoLite2 Country, 2026-11-01"]
    assert names(document["before"]) == ["GeoLite2 Country, 2026-09-01"]
    assert document["tests"][0]["right"] == 34
    assert names(as_json("info")["tables"])[0] == "GeoLite2 Country, 2026-11-01"
    assert names(as_json("update", "--previous")["installed"]) == ["GeoLite2 Country, 2026-09-01"]
    assert names(as_json("update", "--reset")["installed"]) == []
    assert names(as_json("info")["tables"])[0] == "DB-IP Country Lite, 2026-06-01"


def test_all_are_installed_or_none(files: ModuleType, tmp_path: Path, data: Path) -> None:
    good = files.country_mmdb(tmp_path / "good.mmdb")
    bad = tmp_path / "bad.mmdb"
    bad.write_text("hello")
    with pytest.raises(SourceError, match=r"bad\.mmdb"):
        run("update", str(good), str(bad))
    assert list(data.iterdir()) == []
    document = as_json("update", str(good), str(files.asn_mmdb(tmp_path / "asn.mmdb")))
    assert len(document["installed"]) == 2


def test_check_only_installs_nothing(files: ModuleType, tmp_path: Path, data: Path) -> None:
    done = run("update", "--check", str(files.country_mmdb(tmp_path / "x.mmdb")))
    assert "in use: the embedded tables" in done.stdout
    assert list(data.iterdir()) == []


def test_older_is_refused_unless_allowed(files: ModuleType, tmp_path: Path) -> None:
    path = str(files.country_mmdb(tmp_path / "x.mmdb", epoch=1_767_225_600))
    with pytest.raises(UsageError, match="older than DB-IP Country Lite"):
        run("update", path)
    run("update", path, "--allow-older", "-q")
    assert "is installed and older than what camscan brings" in run("info").stdout


def test_a_csv_with_a_date(files: ModuleType, tmp_path: Path) -> None:
    path = str(files.ipinfo_csv(tmp_path / "ipinfo_lite.csv.gz"))
    with pytest.raises(UsageError, match="give --date"):
        run("update", path)
    document = as_json("update", path, "--date", "2026-11-26")
    assert names(document["installed"]) == ["IPinfo Lite, 2026-11-26"]
    assert document["installed"][0]["licence"] == "CC BY-SA 4.0"


@pytest.mark.parametrize(
    "arguments", [(), ("--dbip", "--reset"), ("x.mmdb", "--previous"), ("x.mmdb", "--dbip")]
)
def test_one_thing_at_a_time(arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="give FILE or URL, or one of"):
        run("update", *arguments)


def test_a_damaged_record_is_a_store_error_and_reset_cures_it(data: Path) -> None:
    data.mkdir(parents=True)
    (data / "tables.json").write_text("{")
    with pytest.raises(StoreError, match="--reset"):
        run("update", "--previous")
    assert "tables.json: cannot be read" in run("info").stdout
    run("update", "--reset")
    assert as_json("info")["faults"] == []


# --- the web -----------------------------------------------------------------------------------

NO_SOCKET = """
import sys
heard = []
sys.addaudithook(lambda event, args: heard.append(event) if event in (
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto") else None)
from camscan.cli import main
sys.argv = ["camscan", *sys.argv[1:]]
try:
    main()
finally:
    print("HEARD", heard, file=sys.stderr)
"""


def child(code: list[str], home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_DATA_HOME": str(home), **environment}
    return subprocess.run(
        [sys.executable, *code], capture_output=True, text=True, env=environment, timeout=60
    )


def test_without_a_url_nothing_is_asked(files: ModuleType, tmp_path: Path) -> None:
    path = str(files.country_mmdb(tmp_path / "x.mmdb"))
    for arguments in (
        ["info", CHINESE_ABROAD], ["update", path], ["update", "--previous"], ["update", "--reset"],
        ["update", "http://127.0.0.1:9/x.mmdb"],
    ):  # fmt: skip
        done = child(["-c", NO_SOCKET, "geo", *arguments], tmp_path / "home")
        assert "HEARD []" in done.stderr, done.stderr


def test_a_url_is_fetched_checked_and_installed(files: ModuleType, tmp_path: Path) -> None:
    web = load(HERE.parent / "net" / "https_server.py")
    pem = web.certificate(tmp_path / "server.pem")
    table = files.country_mmdb(tmp_path / "x.mmdb").read_bytes()
    with web.serving(pem, {"/geo/GeoLite2-Country.mmdb": table}) as server:
        url = f"{server.base}/geo/GeoLite2-Country.mmdb?license_key=secret"
        done = child(
            ["-m", "camscan", "geo", "update", url, "--format", "json"],
            tmp_path / "home",
            SSL_CERT_FILE=str(pem),
            https_proxy="http://127.0.0.1:9",
        )
    assert done.returncode == 0, done.stderr
    assert "secret" not in done.stdout + done.stderr
    assert f"downloading {server.base}/geo/GeoLite2-Country.mmdb" in done.stderr
    document = json.loads(done.stdout)
    assert document["installed"][0]["file"] == f"{server.base}/geo/GeoLite2-Country.mmdb"
    assert document["installed"][0]["sha256"] in done.stderr
    record = next((tmp_path / "home").glob("**/tables.json"))
    assert "secret" not in record.read_text()
    if hasattr(os, "geteuid"):
        assert not list((tmp_path / "home").glob("**/download-*"))


def test_dbip_means_both_tables_of_dbip(
    files: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from camscan.egress.tables import fetch
    from camscan.net.download import Download

    asked = []

    def get(url: str, into: Path) -> Download | None:
        asked.append(url)
        if "country" in url:
            files.country_mmdb(into, kind="DBIP-Country-Lite")
        else:
            files.asn_mmdb(into, kind="DBIP-ASN-Lite (compat=GeoLite2-ASN)")
        return Download(path=into, shown=url, bytes=into.stat().st_size, sha256="0" * 64)

    whole = fetch.fetch_dbip
    monkeypatch.setattr(
        fetch, "fetch_dbip", lambda place, today, tell: whole(place, today, tell, get)
    )
    document = as_json("update", "--dbip")
    assert [url.rpartition("/")[0] for url in asked] == ["https://download.db-ip.com/free"] * 2
    assert names(document["installed"]) == [
        "DB-IP Country Lite, 2026-11-01",
        "DB-IP ASN Lite, 2026-11-01",
    ]
    assert all(table["attribution"] == "IP Geolocation by DB-IP" for table in document["installed"])
