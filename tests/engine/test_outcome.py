from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from msgspec.structs import replace

from camscan.engine.ledger import Ledger
from camscan.engine.outcome import build_run, inventory, scope_record, site_of
from camscan.engine.request import ScanRequest
from camscan.inventory.compare import switch_port
from camscan.matching.data import data_root
from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.model.run import RunStatus
from camscan.net.interface import IfAddress, Interface
from camscan.net.profile import PROFILES
from camscan.scope import build_scope

ETH0 = Interface(
    name="eth0", index=2, addresses=(IfAddress("10.0.0.1", 24), IfAddress("fe80::1", 64))
)


@cache
def judge() -> Matcher:
    return Matcher(load(data_root(None)))


def request(*targets: str) -> ScanRequest:
    return ScanRequest(
        run_id="r",
        scope=build_scope(targets, sites={"Town": ["10.0.0.0/24"]}),
        ports=(80,),
        profile=PROFILES["normal"],
        interfaces=(ETH0,),
    )


def test_groups_and_interfaces_are_part_of_the_scope() -> None:
    whole = scope_record(request("10.0.0.0/24"))
    assert whole.interfaces == ("eth0",)
    assert {"239.255.255.250", "224.0.0.251", "255.255.255.255", "ff02::fb"} <= set(whole.groups)
    part = scope_record(request("10.0.0.0/25"))
    assert (part.interfaces, part.groups) == ((), ())


def test_a_run_of_what_was_learned() -> None:
    ledger = Ledger(None, lambda _: None)
    ledger.note_answer("10.0.0.5")
    ledger.note_answer("192.168.1.64")  # answered, but is not in scope
    ledger.saw(Evidence(target="10.0.0.5", field="http.server", value="App-webs/", method="http"))
    ledger.saw(
        Evidence(target="10.0.0.9", field="mac.address", value="c0:56:e3:00:00:09", method="arp")
    )
    ledger.cut_off.add("10.0.0.0/24")
    run = build_run(
        request("10.0.0.0/24"),
        ledger,
        judge(),
        judge().fingerprints.version,
        started=datetime.now(UTC),
        complete=True,
    )
    assert run.run.status is RunStatus.PARTIAL, "a subnet was cut off"
    assert run.coverage.answered == 1
    addresses = {a for device in run.devices for a in device.addresses}
    assert addresses == {"10.0.0.5", "192.168.1.64"}, "a table entry is no device"
    assert {d.site for d in run.devices} == {"Town", None}


def test_the_site_of_anything() -> None:
    site = site_of(build_scope(["10.0.0.0/24"], sites={"Town": ["10.0.0.0/24"]}))
    assert site("10.0.0.7") == "Town"
    assert site("fe80::1%eth0") is None
    assert site("a name") is None


def port(number: int, status: str = "open", service: str | None = None, kind: str = "tcp") -> Port:
    return Port(port=number, transport=kind, service=service, status=status)


def known_ports(ledger: Ledger, wanted: ScanRequest) -> dict[str, list[tuple[int, str]]]:
    return {
        device.addresses[0]: [(each.port, each.status) for each in device.ports]
        for device in inventory(wanted, ledger, judge()).devices
    }


def test_ports_of_files_are_those_of_the_device() -> None:
    ledger = Ledger(None, lambda _: None)
    ledger.note_port("10.0.0.7", port(80, service="http"))
    ledger.note_port("10.0.0.7", port(554, "filtered"))
    ledger.note_port("192.168.1.9", port(8000))
    ledger.note_port("10.0.0.8", port(80, "closed"))
    assert known_ports(ledger, request("10.0.0.0/24")) == {
        "10.0.0.7": [(80, "open"), (554, "filtered")],
        "192.168.1.9": [(8000, "open")],
    }, "that a port was closed once does not make a device of an address"
    assert (
        build_run(
            request("10.0.0.0/24"),
            ledger,
            judge(),
            judge().fingerprints.version,
            started=datetime.now(UTC),
            complete=True,
        ).coverage.answered
        == 0
    ), "nobody answered this scan"


def test_a_port_that_was_asked_keeps_what_the_scan_saw() -> None:
    ledger = Ledger(None, lambda _: None)
    asked = replace(request("10.0.0.0/24"), ports=(80, 443, 9100))
    ledger.note_answer("10.0.0.7")
    ledger.saw_port("10.0.0.7", port(80, "closed"))
    for number in (80, 443, 8000, 9100):
        ledger.note_port("10.0.0.7", port(number))
    ledger.note_port("10.0.0.7", port(443, kind="udp"))
    every = [(80, "closed"), (443, "open"), (443, "open"), (8000, "open"), (9100, "open")]
    assert known_ports(ledger, asked)["10.0.0.7"] == every, "443 may still come"
    ledger.host_done("10.0.0.7", complete=True)
    assert known_ports(ledger, asked)["10.0.0.7"] == [
        (80, "closed"),
        (443, "open"),  # of UDP: over TCP it was silent
        (8000, "open"),
        (9100, "open"),  # which is never asked
    ]


def test_the_word_of_a_switch_alone_makes_no_device() -> None:
    ledger = Ledger(None, lambda _: None)
    place = Evidence(target="10.0.0.9", field="switch.port", value="core port 8", method="unifi")
    ledger.saw(place)
    asked = request("10.0.0.0/24")
    assert inventory(asked, ledger, judge()).devices == ()
    ledger.note_answer("10.0.0.9")
    (device,) = inventory(asked, ledger, judge()).devices
    assert switch_port(device) == "core port 8"


def test_the_scope_says_where_it_was_asked_from() -> None:
    asked = replace(request("10.0.0.0/24"), vantage="Guests")
    assert scope_record(asked).vantage == "Guests"
    assert scope_record(request("10.0.0.0/24")).vantage is None
