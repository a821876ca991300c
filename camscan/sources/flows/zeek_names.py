"""Names in Zeek's dns.log, ssl.log, quic.log and http.log.

Source: Zeek's documentation of these logs; scripts/base/protocols/{dns,ssl,quic,http}/main.zeek.
"""

from __future__ import annotations

from collections.abc import Sequence

from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.stated_name import Stated, StatedNames, stated_name

DNS_COLUMNS = ("ts", "id.orig_h", "id.resp_p", "query", "qtype", "answers", "rtt")
STATED_COLUMNS = ("ts", "uid", "id.orig_h", "id.resp_h", "id.resp_p", "version", "method")
STATING = {
    "ssl": ("server_name", "tcp", "sni"),
    "quic": ("server_name", "udp", "quic-sni"),
    "http": ("host", "tcp", "http-host"),
}
"""Log: the column with the name, the transport, and what such a name is called."""
_LINK_LOCAL_PORTS = frozenset({137, 5353, 5355})  # NetBIOS, mDNS, LLMNR: in dns.log too


def take_dns(
    ledger: FlowLedger,
    ts: float,
    client: str,
    port: int,
    query: str | None,
    qtype: int | None,
    answers: Sequence[str],
    rtt: float,
) -> None:
    """One question, with its answers where there are any."""
    if not query or port in _LINK_LOCAL_PORTS:
        return
    kind = 1 if qtype is None else qtype
    if ledger.question(client, query, ts, kind=kind) and answers:
        ledger.answer(client, query, answers, ts + rtt, kind=kind)


def take_name(
    names: StatedNames,
    log: str,
    ts: float,
    uid: str | None,
    client: str,
    peer: str,
    port: int,
    version: str | None,
    text: str | None,
    method: str | None = None,
) -> None:
    """The name that one connection stated; DTLS is in ssl.log too."""
    name = stated_name(text)
    if name is None:
        return
    _, protocol, name_source = STATING[log]
    if version is not None and version.startswith("DTLS"):
        protocol = "udp"
    if log == "http" and method == "CONNECT":
        name_source = "http-connect"
    names.state(uid, Stated(client, peer, protocol, port, name, name_source, ts))
