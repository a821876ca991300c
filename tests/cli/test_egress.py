import importlib.util
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from camscan.cli import cli
from camscan.errors import ConfigError, LocalFaultError, SourceError, StoreError, UsageError
from camscan.inventory.store import encode_run
from camscan.model.coverage import Coverage
from camscan.model.device import Device
from camscan.model.identity import Band, Claim, EntityClaim
from camscan.model.run import DataVersion, Run, RunInfo, RunStatus, ScopeRecord, Tool

CHINA = "36.110.220.15"


@pytest.fixture(scope="session")
def wire():
    path = Path(__file__).parent.parent / "sources" / "wire.py"
    spec = importlib.util.spec_from_file_location("camscan_test_wire", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def camera(address):
    return Device(
        id=f"d-{address}",
        addresses=(address,),
        mac=None,
        site=None,
        class_=Claim(value="camera", band=Band.CONFIRMED),
        maker=EntityClaim(id="hikvision", name="Hikvision", country="CN", band=Band.CONFIRMED),
        brand=None,
        platform=None,
        model=None,
        firmware=None,
        serial=None,
    )


@pytest.fixture
def folder(wire, tmp_path, monkeypatch):
    """A folder with a capture, an inventory and a configuration, and nothing of the user's."""
    line = wire.Line(datetime(2026, 11, 24, tzinfo=UTC).timestamp())
    line.exchange("10.66.1.10", "10.66.0.1", 123)
    line.at += 8000
    line.connect("10.66.1.10", CHINA, 8000)
    line.connect("10.66.1.99", CHINA, 443)
    line.file(tmp_path / "night.pcap")
    now = datetime(2026, 11, 24, tzinfo=UTC)
    run = Run(
        tool=Tool(version="0", data=DataVersion(version="0", sha256="", date="")),
        run=RunInfo(
            id="inventory",
            started=now,
            ended=now,
            status=RunStatus.COMPLETE,
            site=None,
            scope=ScopeRecord(),
            authorised_by=None,
        ),
        coverage=Coverage(),
        devices=(camera("10.66.1.10"), camera("10.66.1.11")),
    )
    (tmp_path / "run.json").write_bytes(encode_run(run))
    (tmp_path / "camscan.toml").write_text('[egress]\nhome_countries = ["GB"]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


def invoke(*arguments, stdin=None):
    """Standard output and the exit code that main() would leave with; faults are raised."""
    runner = CliRunner()
    result = runner.invoke(
        cli, ["egress", *arguments], input=stdin, standalone_mode=False, catch_exceptions=False
    )
    return result.stdout_bytes, result.return_value


def test_a_new_run_in_json(folder):
    before = (folder / "run.json").read_bytes()
    out, code = invoke("night.pcap", "--run", "run.json", "-o", "json:-", "--db", "kept/db")
    run = json.loads(out)
    assert code == 0
    assert [(c["peer"], c["verdict"]) for c in run["conversations"]] == [
        ("10.66.0.1", "infrastructure"),
        (CHINA, "unexpected"),
    ]
    assert [(f["rule"], f["severity"]) for f in run["findings"]] == [
        ("unexpected-egress", "high"),
        ("listed-maker", "low"),
        ("listed-maker", "low"),
    ]
    assert len(run["devices"]) == 2
    assert (folder / "run.json").read_bytes() == before
    assert len(list((folder / "kept" / "runs").iterdir())) == 1
    out, _ = invoke("night.pcap", "--run", "latest", "-o", "json:-", "--db", "kept/db")
    assert json.loads(out)["findings"] == run["findings"]


def test_one_conversation_a_line(folder):
    out, _ = invoke("night.pcap", "--run", "run.json", "--format", "jsonl")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["peer"] for line in lines] == ["10.66.0.1", CHINA]


def test_formats_to_files_and_the_table(folder):
    out, _ = invoke(
        "night.pcap", "--run", "run.json", "-o", "jsonl:talks.jsonl", "-o", "json:new.json",
        "-o", "table:-",
    )  # fmt: skip
    assert len((folder / "talks.jsonl").read_text().splitlines()) == 2
    assert json.loads((folder / "new.json").read_text())["schema"] == "camscan.run/1"
    assert b"10.66.1.10" in out


def test_all_devices_from_standard_input(folder):
    data = (folder / "night.pcap").read_bytes()
    out, _ = invoke("-", "--all-devices", "--format", "jsonl", stdin=data)
    addresses = {json.loads(line)["address"] for line in out.splitlines()}
    assert addresses == {"10.66.1.10", "10.66.1.99", "10.66.0.1"}


def test_exit_codes(folder):
    assert invoke("night.pcap", "--run", "run.json", "--fail-on", "high", "-o", "json:x")[1] == 10
    assert (
        invoke("night.pcap", "--run", "run.json", "--fail-on", "critical", "-o", "json:x")[1] == 0
    )
    (folder / "cut.pcap").write_bytes((folder / "night.pcap").read_bytes()[:-3])
    assert invoke("cut.pcap", "--run", "run.json", "--require-complete", "-o", "json:x")[1] == 3


def test_nowhere_to_keep_the_run_is_a_skip(folder):
    (folder / "file").write_text("")
    out, code = invoke("night.pcap", "--run", "run.json", "--db", "file/x/db", "-o", "json:-")
    assert code == 0
    assert any(s["subject"] == "journal" for s in json.loads(out)["coverage"]["skips"])


@pytest.mark.parametrize(
    "arguments, fault, words",
    [
        (["night.pcap"], UsageError, "--all-devices"),
        (["iface:nowhere9", "--run", "run.json"], LocalFaultError, "nowhere9: no interface"),
        (["night.pcap", "--for", "1m", "--run", "run.json"], UsageError, "iface:NAME"),
        (["night.pcap", "--run", "run.json", "--format", "odt"], UsageError, "odt"),
        (["night.pcap", "--run", "nowhere.json"], StoreError, "nowhere.json"),
        (["nowhere.pcap", "--run", "run.json"], SourceError, "nowhere.pcap"),
        (["camscan.toml", "--run", "run.json"], SourceError, "none of the formats that are read"),
        (["night.pcap", "--run", "run.json", "--geo-db", "no.mmdb"], SourceError, "no.mmdb"),
    ],
)
def test_faults_name_what_is_wrong(folder, arguments, fault, words):
    with pytest.raises(fault, match=words):
        invoke(*arguments)


def test_a_mistake_in_the_policy_names_file_and_key(folder):
    (folder / "camscan.toml").write_text('[egress]\nhome_countries = ["England"]\n')
    with pytest.raises(ConfigError, match=r"camscan.toml: \[egress\] home_countries"):
        invoke("night.pcap", "--run", "run.json")


def test_help_has_examples():
    result = CliRunner().invoke(cli, ["egress", "--help"])
    assert "camscan egress border.pcap --run latest" in result.output
    assert io.StringIO(result.output).readline().startswith("Usage: ")


def conversations(*arguments):
    output, _ = invoke(*arguments, "--format", "jsonl")
    return [json.loads(line) for line in output.splitlines()]


def verdicts(found):
    return {one["peer"]: one["verdict"] for one in found}


def test_what_is_learned_is_expected_from_then_on(folder):
    first = conversations("night.pcap", "--run", "run.json", "--learn")
    assert verdicts(first)[CHINA] == "unexpected"
    again = conversations("night.pcap", "--run", "run.json")
    assert verdicts(again)[CHINA] == "expected"
    (reason,) = [r for r in again[-1]["reasons"] if r.startswith("baseline")]
    assert "2026-11-24" in reason


def test_a_folder_and_a_log_beside_a_capture_count_once(folder):
    (folder / "sources").mkdir()
    (folder / "night.pcap").rename(folder / "sources" / "night.pcap")
    (folder / "sources" / "fw.log").write_text(
        "Nov 24 02:13:21 fw filterlog[1]: 5,,,1000000103,igb1,match,block,in,4,0x0,,64,1,0,DF,6,"
        f"tcp,60,10.66.1.10,{CHINA},40001,8000,0,S,1,,64240,,\n"
    )
    found = conversations("sources", "--run", "run.json")
    (call,) = [one for one in found if one["peer"] == CHINA]
    assert call["source"] == "pcap"
    assert any(reason.startswith("seen-also") for reason in call["reasons"])
    assert any(reason.startswith("blocked") for reason in call["reasons"])


def test_a_lease_finds_the_camera_under_its_new_address(folder):
    run = json.loads((folder / "run.json").read_text())
    run["devices"][1]["mac"] = "c4:2f:90:00:00:02"
    (folder / "run.json").write_text(json.dumps(run))
    (folder / "leases").write_text(
        "1764000000 c4:2f:90:00:00:02 10.66.1.99 camera *\n"  # dnsmasq: expiry, MAC, address, name
    )
    found = conversations("night.pcap", "--run", "run.json", "--evidence", "leases")
    assert {one["address"] for one in found} == {"10.66.1.10", "10.66.1.99"}


def test_a_mud_file_is_policy_and_policy_is_written(folder):
    conversations("night.pcap", "--run", "run.json", "--learn")
    output, _ = invoke("night.pcap", "--run", "run.json", "--write-mud", "10.66.1.10")
    (folder / "camera.json").write_bytes(output)
    (folder / "data").rename(folder / "forgotten")
    found = conversations("night.pcap", "--run", "run.json", "--mud", "maker:hikvision=camera.json")
    assert verdicts(found)[CHINA] == "allowed"
    elsewhere = conversations("night.pcap", "--run", "run.json", "--mud", "device:x=camera.json")
    assert verdicts(elsewhere)[CHINA] == "unexpected"
    rules, _ = invoke("night.pcap", "--run", "run.json", "--mud", "camera.json", "--write-nft")
    assert f"ip daddr {CHINA} tcp dport 8000 accept" in rules.decode()


def test_options_that_make_no_sense(folder):
    with pytest.raises(UsageError, match="no such time zone"):
        invoke("night.pcap", "--run", "run.json", "--log-zone", "Mars/Olympus")
    with pytest.raises(UsageError, match="ask for one"):
        invoke("night.pcap", "--run", "run.json", "--write-nft", "--write-mud", "10.66.1.10")
    with pytest.raises(ConfigError, match="is no MUD file"):
        invoke("night.pcap", "--run", "run.json", "--mud", "run.json")


def test_a_reading_that_is_stopped_keeps_what_it_read(folder, monkeypatch):
    from camscan.cli import stopping

    whole = (folder / "night.pcap").read_bytes()
    (folder / "long.pcap").write_bytes(whole + whole[24:] * 9_000)
    reads = []

    def stopped(self):
        reads.append(1)
        return len(reads) > 2

    flag = property(stopped, lambda self, value: None)
    monkeypatch.setattr(stopping.Stopping, "stopped", flag, raising=False)
    out, code = invoke("long.pcap", "--run", "run.json", "-o", "json:-")
    run = json.loads(out)
    assert code == 130
    assert run["run"]["status"] == "partial"
    assert CHINA in {one["peer"] for one in run["conversations"]}
    assert any("stopped here" in skip["reason"] for skip in run["coverage"]["skips"])


def test_networks_and_a_catalogue_of_your_own(folder):
    (folder / "camscan.toml").write_text(
        '[[networks]]\nname = "Offices"\ncidr = "10.66.0.0/16"\ncameras = "none"\n'
    )
    (folder / "kev.json").write_text("[]")
    out, _ = invoke("night.pcap", "--run", "run.json", "-o", "json:-")
    placed = [f["device"] for f in json.loads(out)["findings"] if f["rule"] == "misplaced-camera"]
    assert placed == ["d-10.66.1.10", "d-10.66.1.11"]
    with pytest.raises(SourceError, match="no KEV catalogue"):
        invoke("night.pcap", "--run", "run.json", "--kev-file", "kev.json")
