"""`camscan --help` is quick and loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    *("scapy", "numpy", "httpx", "zeroconf", "lxml", "cryptography", "re2", "rich", "asyncio"),
    *("jinja2", "markupsafe", "leather"),
)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from camscan.cli import cli\n"
        "try:\n    cli.main(['--help'], standalone_mode=False)\nexcept SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Commands" in done.stdout
    assert done.stderr.strip() == "[]"


def test_a_scan_does_not_load_scapy() -> None:
    code = (
        "import sys\n"
        "import camscan.engine.scan, camscan.cli.scanning\n"
        "print('scapy' in sys.modules, 'nmap' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"


def test_judging_a_line_loads_no_codec_that_it_does_not_need() -> None:
    line = '{"target": "a", "field": "http.server", "value": "App-webs/"}\n'
    heavy = ("scapy", "numpy", "httpx", "zeroconf", "lxml", "cryptography", "rich", "asyncio")
    code = (
        "import sys\n"
        "from camscan.cli import cli\n"
        "try:\n    cli.main(['identify', '--format', 'jsonl'], standalone_mode=False)\n"
        "except SystemExit: pass\n"
        f"heavy = (*{heavy!r}, 'urllib.request')\n"
        "print([m for m in heavy if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=line, capture_output=True, text=True, check=True
    )
    assert '"hikvision"' in done.stdout
    assert done.stderr.strip() == "[]"
