"""nmap XML (`-oX`, 7.93 and newer): services, raw answers of `-sV`, scripts, MAC addresses.

Read as a stream, one host at a time; entities are never resolved and no DTD is fetched. What
nmap concludes (product, version, device type) stays nmap's word, in fields of its own; a MAC's
vendor is not taken over, the address is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from camscan.model.device import Port
from camscan.sources.answer import Answers, address_of, port_of, time_of
from camscan.sources.gathered import Gathered
from camscan.sources.jsonl import Recorded
from camscan.sources.nmap_fingerprint import parse_fingerprint
from camscan.sources.nmap_script import Script, note_script, wsdd_devices

if TYPE_CHECKING:
    from lxml.etree import _Element

NAME = "nmap"
_HEAD = 4096
_SERVICE = (
    ("product", "nmap.product"),
    ("version", "nmap.version"),
    ("devicetype", "nmap.device_type"),
)
# The probes whose answer is what a live scan would have got; an answer to another one (a 404 to
# a bad request) says nothing of the page, and gives the names of the server only.
_WHOLE = {"http": "GetRequest", "rtsp": "RTSPRequest"}
_STATES = ("open", "closed", "filtered")
# nmap names what it found inside TLS; a scan names the whole.
_INSIDE_TLS = {"http": "https", "https": "https"}
_SERVER = ("http.server", "rtsp.server", "rtsp.public")


def sniff(data: bytes) -> bool:
    """By the root element `nmaprun` or its DOCTYPE."""
    head = data[:_HEAD]
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" and (
        b"<!DOCTYPE nmaprun" in head or b"<nmaprun" in head
    )


def parse_records(data: bytes, name: str) -> Recorded:
    """Hosts that are up, with what their open ports said. A file cut short gives its start."""
    found = _Found(name)
    if b"<!ENTITY" in data:
        found.skip("line 1", "the file declares entities, which nmap never does")
        return found.recorded()
    from lxml import etree

    events = etree.iterparse(
        BytesIO(data.lstrip(b"\xef\xbb\xbf \t\r\n")),
        events=("start", "end"),
        tag=("nmaprun", "host", "hosthint", "prescript", "postscript"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for event, element in events:
            if element.tag == "nmaprun":
                if event == "start":
                    found.started = time_of(element.get("start"))
            elif event == "end":
                if element.tag == "host":
                    found.host(element)
                else:
                    found.scripts(element)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        reason = f"the XML ends or breaks here, {found.hosts} hosts were read before"
        found.skip(f"line {error.lineno or 1}", reason)
    return found.recorded()


class _Found(Gathered):
    """What was read so far. `started` is when the scan began, for hosts without a time."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.started: datetime | None = None
        self.hosts = 0

    def host(self, host: _Element) -> None:
        """One host: only when it is up, and not merely assumed to be (`-Pn`)."""
        self.hosts += 1
        target = _address(host, "ipv4") or _address(host, "ipv6")
        if target is None:
            self.skip(f"line {_line(host)}", "a host without an IP address")
            return
        status = host.find("status")
        ports = host.findall("ports/port")
        open_ports = [port for port in ports if _is_open(port)]
        # masscan writes no status in its XML; `-Pn` writes one for addresses with nothing behind.
        up = status is not None and status.get("state") == "up"
        seen = up and status is not None and status.get("reason") != "user-set"
        if not (seen or (open_ports and (up or status is None))):
            return
        self.target(target)
        at = time_of(host.get("endtime") or host.get("starttime")) or self.started
        answers = Answers(target, NAME, at=at)
        mac = host.find("address[@addrtype='mac']")
        if mac is not None:
            answers.hardware(mac.get("addr"))
        for script in _scripts(host, "hostscript/script"):
            note_script(answers, script)
        self.answers(answers)
        for port in open_ports:
            self.answers(_port_answers(target, at, port))
        for port in ports:
            self.port(target, _known_port(port))

    def scripts(self, element: _Element) -> None:
        """Scripts that asked a whole subnet: the devices that WS-Discovery found."""
        for script in _scripts(element, "script"):
            for target, types, xaddrs in wsdd_devices(script):
                self.target(target)
                answers = Answers(target, NAME, port=3702, transport="udp", at=self.started)
                answers.extend(("wsd.types", kind) for kind in types)
                answers.extend(("wsd.xaddr", address) for address in xaddrs)
                self.answers(answers)


def _line(element: _Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _address(host: _Element, kind: str) -> str | None:
    element = host.find(f"address[@addrtype='{kind}']")
    return None if element is None else address_of(element.get("addr"))


def _is_open(port: _Element) -> bool:
    """Open, or over UDP `open|filtered` where a script got an answer."""
    state = port.find("state")
    if state is None:
        return False
    answered = port.find("script") is not None
    return state.get("state") == "open" or (state.get("state") == "open|filtered" and answered)


def _known_port(port: _Element) -> Port | None:
    """A port of which nmap is sure; its service where it was probed, not looked up by number.

    `open|filtered`, `closed|filtered` and `unfiltered` name no state.
    """
    number, state, service = port_of(port.get("portid")), port.find("state"), port.find("service")
    transport = port.get("protocol", "")
    status = None if state is None else state.get("state")
    if number is None or status not in _STATES or transport not in ("tcp", "udp"):
        return None
    name = None
    if status == "open" and service is not None and service.get("method") == "probed":
        name = service.get("name")
        if service.get("tunnel") == "ssl":
            name = _INSIDE_TLS.get(name or "")
    return Port(port=number, transport=transport, service=name, status=status)


def _port_answers(target: str, at: datetime | None, port: _Element) -> Answers:
    protocol = port.get("protocol", "tcp")
    answers = Answers(
        target,
        NAME,
        port=port_of(port.get("portid")),
        transport=protocol if protocol in ("tcp", "udp") else "tcp",
        at=at,
    )
    service = port.find("service")
    if service is not None:
        for raw in parse_fingerprint(service.get("servicefp") or ""):
            _note_raw(answers, raw.probe, raw.data)
        if service.get("method") == "probed":
            for attribute, field in _SERVICE:
                answers.add(field, service.get(attribute))
    for script in _scripts(port, "script"):
        note_script(answers, script)
    return answers


def _note_raw(answers: Answers, probe: str, data: bytes) -> None:
    part = Answers("", NAME, transport=answers.transport)
    part.raw(data)
    for item in part.evidence:
        wanted = _WHOLE.get(item.field.partition(".")[0])
        if wanted in (None, probe) or item.field in _SERVER:
            answers.add(item.field, item.value)


def _scripts(element: _Element, path: str) -> Iterator[Script]:
    for script in element.iterfind(path):
        yield Script(
            id=script.get("id") or "",
            output=script.get("output") or "",
            values=tuple(
                (item.get("key"), item.text or "")
                for item in script.iter("elem")
                if item.text is None or len(item.text) < 262144
            ),
            tables=tuple(
                tuple((item.get("key"), item.text or "") for item in table.iter("elem"))
                for table in script.iterfind("table")
            ),
        )
