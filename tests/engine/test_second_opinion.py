from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from camscan.engine.ledger import Ledger
from camscan.engine.request import ScanRequest
from camscan.engine.second_opinion import ask_nmap, unknown_hosts
from camscan.matching.data import data_root
from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.model.coverage import MethodStatus
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.net.nmap_bridge import NmapAnswer, NmapFound
from camscan.net.profile import PROFILES
from camscan.scope import build_scope

XML = """<?xml version="1.0"?><nmaprun start="1795790000"><host><status state="up"/>
<address addr="{}" addrtype="ipv4"/><ports><port protocol="tcp" portid="9000">
<state state="open"/><service name="http" product="Acme httpd" version="2.1" devicetype="webcam"
method="probed" conf="10"/>
</port></ports></host></nmaprun>"""


@cache
def judge() -> Matcher:
    return Matcher(load(data_root(None)))


def request(exclude: tuple[str, ...] = ()) -> ScanRequest:
    return ScanRequest(
        run_id="r",
        scope=build_scope(["10.0.0.0/24"], exclude),
        ports=(80, 9000),
        profile=PROFILES["normal"],
        interfaces=(),
        nmap=True,
    )


def learned(*hosts: tuple[str, tuple[int, ...]]) -> Ledger:
    ledger = Ledger(None, lambda _: None)
    for address, ports in hosts:
        ledger.note_answer(address)
        for port in ports:
            ledger.saw_port(address, Port(port=port, transport="tcp", service=None, status="open"))
    return ledger


def run(ledger: Ledger, wanted: ScanRequest, *, version: str = "7.93", answer: Any = None) -> Any:
    calls: list[Any] = []

    def ask(addresses: Any, port: int, options: str, timeout: float) -> NmapAnswer:
        calls.append((tuple(addresses), port, options))
        return answer or NmapAnswer(xml=XML.format(addresses[0]).encode(), stderr="Warning: slow")

    asyncio.run(ask_nmap(wanted, ledger, judge(), find=lambda: NmapFound(version), ask=ask))
    return calls, ledger.methods["nmap"]


def test_only_open_ports_of_unknown_hosts_in_scope_are_asked_about() -> None:
    ledger = learned(("10.0.0.5", (9000,)), ("10.0.0.6", (9000,)), ("10.0.0.7", ()))
    ledger.saw(
        Evidence(target="10.0.0.6", field="http.server", value="App-webs/", method="http", port=80)
    )
    ledger.saw_port("10.0.0.5", Port(port=80, transport="tcp", service=None, status="closed"))
    ledger.saw_port("10.0.0.5", Port(port=9100, transport="tcp", service=None, status="open"))
    calls, method = run(ledger, request())
    ((addresses, port, options),) = calls
    assert (addresses, port) == (("10.0.0.5",), 9000)
    for word in ("-sV", "--version-light", "-Pn", "-n", "-sT", "--max-rate 500", "--scan-delay"):
        assert word in options
    assert (method.status, method.sent, method.answered) == (MethodStatus.DONE, 1, 1)
    assert "not on camscan's list" in method.reason
    assert "nmap 7.93" in method.reason
    assert "Warning: slow" in method.reason
    said = {e.field: e.value for e in ledger.evidence.values() if e.target == "10.0.0.5"}
    assert said["nmap.product"] == "Acme httpd"
    assert said["nmap.version"] == "2.1"
    assert said["nmap.device_type"] == "webcam"
    assert [(c.address, c.port, c.query) for c in ledger.contacts] == [
        ("10.0.0.5", 9000, "nmap -sV")
    ]


def test_one_port_a_call_so_that_a_host_has_one_connection() -> None:
    ledger = learned(("10.0.0.5", (80, 9000)), ("10.0.0.6", (9000,)), ("10.0.0.8", (9000,)))
    groups = unknown_hosts(request(), ledger, judge())
    assert groups == {(4, 80): ["10.0.0.5"], (4, 9000): ["10.0.0.5", "10.0.0.6", "10.0.0.8"]}


def test_an_excluded_host_is_not_handed_over() -> None:
    calls, method = run(learned(("10.0.0.5", (9000,))), request(("10.0.0.5",)))
    assert calls == []
    assert method.status is MethodStatus.SKIPPED


def test_evidence_of_others_in_the_answer_is_not_taken() -> None:
    ledger = learned(("10.0.0.5", (9000,)))
    run(ledger, request(), answer=NmapAnswer(xml=XML.format("10.0.0.77").encode()))
    assert not ledger.evidence


def test_no_nmap_or_an_old_one_is_a_skip() -> None:
    for version, word in ((None, "reason why"), ("7.70", "older"), ("7", "older")):
        ledger = learned(("10.0.0.5", (9000,)))
        asyncio.run(
            ask_nmap(request(), ledger, judge(), find=lambda v=version: NmapFound(v, "reason why"))
        )
        (skip,) = ledger.skips
        assert word in skip.reason
        assert ledger.methods["nmap"].status is MethodStatus.SKIPPED


def test_an_nmap_that_does_not_end_is_said() -> None:
    _, method = run(learned(("10.0.0.5", (9000,))), request(), answer=NmapAnswer(timed_out=True))
    assert "was ended after" in method.reason
    assert method.answered == 0
