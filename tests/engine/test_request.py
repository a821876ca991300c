from __future__ import annotations

import pytest

from camscan.engine.request import Progress, ScanRequest
from camscan.net.profile import PROFILES
from camscan.scope import build_scope


def test_a_request_needs_scope_ports_profile_and_interfaces() -> None:
    made = ScanRequest(
        run_id="r", scope=build_scope(["127.0.0.1"]), ports=(80,), profile=PROFILES["normal"],
        interfaces=(),
    )  # fmt: skip
    assert (made.nmap, made.resume, made.multicast, made.until) == (False, (), frozenset(), None)
    with pytest.raises(TypeError):
        ScanRequest(run_id="r")  # type: ignore[call-arg]


def test_what_is_handed_on_does_not_change() -> None:
    told = Progress(attempts=1, attempts_in_all=2, hosts=0, hosts_done=0)
    with pytest.raises(AttributeError):
        told.attempts = 2  # type: ignore[misc]
