import os

from camscan.sources import own_process


def test_there_is_at_least_one_core():
    assert own_process.cores() >= 1


def test_a_module_is_run_with_arguments_and_files(tmp_path, monkeypatch):
    (tmp_path / "module_of_a_test.py").write_text(
        "import os, sys\n"
        "def main(arguments):\n"
        "    said = os.read(int(arguments[0]), 10) + sys.stdin.buffer.read()\n"
        "    sys.stdout.buffer.write(said)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    reader, writer = os.pipe()
    try:
        os.write(writer, b"open ")
        child = own_process.start("module_of_a_test", [str(reader)], files=[reader])
        assert child.communicate(b"pipe", timeout=60)[0] == b"open pipe"
        assert child.returncode == 0
    finally:
        os.close(reader)
        os.close(writer)
