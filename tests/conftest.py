"""Fixtures for all tests: time bounds for Hypothesis, root and peers where a test asks for them,
and a network of its own for each process that runs tests beside others."""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from camscan.model.conversation import Conversation, Direction, Verdict
from camscan.model.coverage import Coverage, Method, MethodStatus, Skip, Subnet, SubnetState
from camscan.model.device import Channels, Device, EvidenceRecord, Port
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim
from camscan.model.run import DataVersion, Run, RunInfo, RunStatus, ScopeRecord, Tool

# What tests and the commands they start may keep is kept apart from the user's own; processes that
# run tests beside each other share it, or each would read all fingerprints anew.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="camscan-test-cache-")
    atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)

# A busy machine makes examples slowly, which says nothing about the strategy.
_BUSY = [HealthCheck.too_slow]
settings.register_profile("default", deadline=None, max_examples=60, suppress_health_check=_BUSY)
settings.register_profile(
    "ci", deadline=None, max_examples=60, derandomize=True, suppress_health_check=_BUSY
)
settings.register_profile(
    "long", deadline=None, max_examples=5000, suppress_health_check=list(HealthCheck)
)
settings.load_profile("ci" if os.environ.get("CI") else "default")


_NAMED = Path("/run/netns")
_NEW_NETWORK, _NEW_MOUNTS = 0x40000000, 0x00020000
_WAITING = 6
"""Tests wait for a network far more than they work: so many, beside one on each processor."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`; 0, all tests in one process, where processes would share one network."""
    if _no_namespaces() is not None:
        return 0
    trial = f"mkdir -p {_NAMED} && mount -t tmpfs none {_NAMED}"
    command = ["unshare", "--net", "--mount", "sh", "-c", trial]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        return 0
    from camscan.matching.load import load

    load()  # else each of them reads all fingerprints, for nobody has stored them yet
    return len(os.sched_getaffinity(0)) + _WAITING


def pytest_configure(config: pytest.Config) -> None:
    """A process beside others has its own addresses, ports and names of network namespaces."""
    outer: tuple[str, ...] = ()
    if hasattr(config, "workerinput") and _no_namespaces() is None:
        held = os.open("/proc/self/ns/net", os.O_RDONLY)
        outer = ("nsenter", f"--net=/proc/{os.getpid()}/fd/{held}")
        if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK | _NEW_MOUNTS):
            raise OSError(ctypes.get_errno(), "unshare")
        _NAMED.mkdir(exist_ok=True)
        for command in (
            ("mount", "--make-rprivate", "/"),
            ("mount", "-t", "tmpfs", "none", str(_NAMED)),
            ("ip", "link", "set", "lo", "up"),
        ):
            subprocess.run(command, check=True)
    config.stash[_OUTER] = outer


_OUTER = pytest.StashKey[tuple[str, ...]]()


@pytest.fixture(scope="session")
def outer_network(pytestconfig: pytest.Config) -> tuple[str, ...]:
    """What runs a command in the network that the tests were started in."""
    return pytestconfig.stash[_OUTER]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `root` skip without root, namespaces or `ip`, and say so.

    Where files are spread over processes, those with a slow test begin first, the slowest before
    the others.
    """
    reason = _no_namespaces()
    if reason is not None:
        skip = pytest.mark.skip(reason=reason)
        for item in items:
            if "root" in item.keywords:
                item.add_marker(skip)
    if hasattr(config, "workerinput"):
        seconds = {
            item.path: max((*mark.args, 10)[0] for mark in item.iter_markers("slow"))
            for item in items
            if "slow" in item.keywords
        }
        items.sort(key=lambda item: -seconds.get(item.path, 0))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collecting makes a million objects, and all of them stay: to look for cycles among them, then
    and whenever a test makes more, is a quarter of the work of collecting."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _no_namespaces() -> str | None:
    if sys.platform != "linux":
        return "network namespaces need Linux"
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "network namespaces need iproute2"
    return None


NOW = datetime(2026, 11, 24, 2, 13, tzinfo=UTC)


def build_sample_run() -> Run:
    hikvision = EntityClaim(
        id="hikvision", name="Hikvision", country="CN", band=Band.CONFIRMED, evidence=("e1",)
    )
    camera = Device(
        id="d1",
        addresses=("10.1.0.9", "fd00::9"),
        mac="c0:56:e3:00:00:09",
        site="Town",
        class_=Claim(value="camera", band=Band.CONFIRMED, evidence=("e1",)),
        maker=hikvision,
        brand=EntityClaim(id="annke", name="Annke", country="CN", band=Band.PROBABLE),
        platform=None,
        model=Claim(value="=cmd|'/c calc'!A1", band=Band.POSSIBLE),
        firmware=FirmwareClaim(
            value="V5.4.5 build 170124", version="5.4.5", build="2017-01-24", band=Band.PROBABLE
        ),
        serial="SN\x1b[31m1",
        ports=(Port(port=80, transport="tcp", service="http", status="open"),),
        evidence=(
            EvidenceRecord(
                id="e1",
                field="http.server",
                value="App-webs/",
                method="http",
                port=80,
                at=NOW,
                address="10.1.0.9",
            ),
        ),
        alternatives=("maker: dahua (possible)",),
    )
    recorder = Device(
        id="d2",
        addresses=("10.1.0.10",),
        mac=None,
        site="Town",
        class_=Claim(value="recorder", band=Band.PROBABLE),
        maker=hikvision,
        brand=None,
        platform=None,
        model=None,
        firmware=None,
        serial=None,
        channels=Channels(value=16, band=Band.PROBABLE, source="sadp.digital_channel_num"),
    )
    other = Device(
        id="d3",
        addresses=("10.1.0.11",),
        mac=None,
        site=None,
        class_=Claim(value="camera", band=Band.POSSIBLE),
        maker=None,
        brand=None,
        platform=None,
        model=None,
        firmware=None,
        serial=None,
    )
    return Run(
        tool=Tool(version="0", data=DataVersion(version="1", sha256="00", date="2026-11-24")),
        run=RunInfo(
            id="r1",
            started=NOW,
            ended=NOW,
            status=RunStatus.COMPLETE,
            site=None,
            scope=ScopeRecord(targets=("10.1.0.0/23",), addresses=510),
            authorised_by=None,
        ),
        coverage=Coverage(
            targets=510,
            answered=3,
            methods=(Method(name="tcp-connect", status=MethodStatus.DONE, sent=510, answered=3),),
            skips=(Skip(subject="eth0", what="multicast", reason="not wholly in scope"),),
            subnets=(
                Subnet(
                    cidr="10.1.0.0/24",
                    site="Town",
                    targets=254,
                    answered=3,
                    state=SubnetState.ANSWERED,
                ),
                Subnet(cidr="10.1.1.0/24", site="Town", targets=254, state=SubnetState.NOT_REACHED),
            ),
        ),
        devices=(camera, recorder, other),
        conversations=(
            Conversation(
                id="c1",
                device="d1",
                address="10.1.0.9",
                peer="203.0.113.5",
                port=8800,
                protocol="tcp",
                name=None,
                name_source=None,
                country=None,
                asn=None,
                organisation=None,
                direction=Direction.OUT,
                packets_out=3,
                packets_in=0,
                bytes_out=180,
                bytes_in=0,
                first=NOW,
                last=NOW,
                count=3,
                verdict=Verdict.UNEXPECTED,
                reasons=("no name",),
            ),
        ),
        findings=(
            Finding(
                id=finding_id("unexpected-egress", "d1", "203.0.113.5"),
                rule="unexpected-egress",
                severity=Severity.HIGH,
                title="10.1.0.9 was seen to try to contact 203.0.113.5",
                device="d1",
                detail="3 attempts",
                advice="ask why",
                evidence=("c1",),
            ),
        ),
    )


@pytest.fixture
def sample_run() -> Run:
    """A small run with a camera, a recorder, an unknown device, a finding and a silent subnet."""
    return build_sample_run()


@pytest.fixture
def border(tmp_path: Path) -> Iterator[Any]:
    """See live_network.py: cameras behind a machine that sees what they call."""
    path = Path(__file__).parent / "live_network.py"
    spec = importlib.util.spec_from_file_location("camscan_test_live_network", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield from module.border(tmp_path)
