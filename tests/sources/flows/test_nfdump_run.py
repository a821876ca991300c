import shutil
import subprocess
import sys

import pytest

from camscan.errors import SourceError
from camscan.sources.flows import nfdump_run
from camscan.sources.flows.total import packed_address

posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


def stand_in(tmp_path, monkeypatch, body):
    program = tmp_path / "nfdump"
    program.write_text("#!/bin/sh\n" + body)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return str(program)


def test_a_machine_without_nfdump_is_told_the_package(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="apt install nfdump"):
        nfdump_run.find_nfdump()


@posix
@pytest.mark.parametrize(
    ("said", "good"),
    [
        ("nfdump: Version: NSEL-NEL1.7.1", True),
        ("nfdump: Version: 1.6.23", True),
        ("nfdump: Version: 1.5.8", False),
        ("something else", False),
    ],
)
def test_versions(monkeypatch, tmp_path, said, good):
    program = stand_in(tmp_path, monkeypatch, f"echo '{said}'\n")
    if good:
        assert nfdump_run.find_nfdump() == program
    else:
        with pytest.raises(SourceError, match=r"1\.6 or newer"):
            nfdump_run.find_nfdump()


@posix
def test_no_shell_no_stranger_in_the_environment_and_no_path_is_an_option(monkeypatch, tmp_path):
    calls = []

    class Watched(subprocess.Popen):
        def __init__(self, command, **options):
            calls.append((command, options))
            super().__init__(command, **options)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NFGEODB", "/somewhere")
    program = stand_in(tmp_path, monkeypatch, 'printf "%s\\n" "$@"\n')
    hostile = tmp_path / "-w x; touch owned"
    hostile.write_bytes(b"")
    with nfdump_run.records(program, hostile.relative_to(tmp_path), None) as lines:
        words = [line.decode().rstrip("\n") for line in lines]
    with pytest.raises(nfdump_run.NfdumpError):
        nfdump_run.summary(program, hostile)
    assert str(hostile) in words
    assert not (tmp_path / "owned").exists()
    assert len(calls) == 2
    for command, options in calls:
        assert isinstance(command, list)
        assert command[0] == program
        assert not options.get("shell")
        assert options["env"] == {"TZ": "UTC", "LC_ALL": "C"}


@posix
def test_a_failure_is_told_after_the_lines_and_the_child_is_ended(monkeypatch, tmp_path):
    program = stand_in(tmp_path, monkeypatch, "echo one\necho 'bad block' >&2\nexit 3\n")
    found = []
    with (
        pytest.raises(nfdump_run.NfdumpError, match="bad block"),
        nfdump_run.records(program, tmp_path, None) as lines,
    ):
        found.extend(lines)
    assert found == [b"one\n"]
    program = stand_in(tmp_path, monkeypatch, "while :; do echo line; done\n")
    with nfdump_run.records(program, tmp_path, None) as lines:
        assert next(lines) == b"line\n"


def test_the_filter_is_made_of_the_inventory():
    assert nfdump_run.filter_text(None, ()) == ""
    assert nfdump_run.filter_text(frozenset(), ()) == "not any"
    wanted = [packed_address("10.66.1.10"), packed_address("2001:db8::1")]
    text = nfdump_run.filter_text(wanted, [bytes.fromhex("c42f90000001")])
    assert text == "ip in [\n10.66.1.10\n2001:db8::1\n] or\nmac c4:2f:90:00:00:01"


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("nfdump") is None, reason="needs the program nfdump")
def test_nfdump_takes_the_filter(tmp_path):
    addresses = [packed_address(f"10.{n >> 8}.{n & 255}.7") for n in range(5000)]
    text = nfdump_run.filter_text(
        [*addresses, packed_address("2001:db8::1")], [b"\xc4\x2f\x90\0\0\1"]
    )
    path = tmp_path / "filter"
    for filter_text in (text, nfdump_run.filter_text(frozenset(), ())):
        path.write_text(filter_text)
        done = subprocess.run(["nfdump", "-Z", "-f", str(path)], capture_output=True, check=False)
        assert done.returncode == 0, done
