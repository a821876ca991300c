"""Events of makers whose own logs are read: their CEF and LEEF, in the names of those logs.

Sources: docs.fortinet.com, FortiOS Log Message Reference, "FortiOS to CEF log field mapping
guidelines" and "Traffic log support for CEF" (`out` is what was sent, `in` what was received);
docs.paloaltonetworks.com, Strata Logging Service, "Traffic CEF Fields" (product LF: likewise) and
"Traffic LEEF Fields"; for PAN-OS itself its template in Palo Alto's CEF guide, as Azure-Sentinel
quotes it, where `in` is what was sent, and public samples of its LEEF; Check Point, Logging and
Monitoring Administration Guide, "Log Exporter - Appendix", with samples of its CEF in
github.com/elastic/integrations packages/cef.
"""

from __future__ import annotations

from camscan.sources.flows.cef import CefEvent, labelled
from camscan.sources.flows.key_value import Fields
from camscan.sources.flows.leef import LeefEvent

_FORTIGATE = {
    "srcip": "src", "dstip": "dst", "srcport": "spt", "dstport": "dpt", "proto": "proto",
    "action": "act", "sessionid": "externalId", "sentbyte": "out", "rcvdbyte": "in",
    "devid": "deviceExternalId", "service": "app",
}  # fmt: skip
_OWN = "FTNTFGT"
_PALO_ALTO_CEF = {
    "serial": "deviceExternalId", "source": "src", "peer": "dst", "source_port": "spt",
    "port": "dpt", "protocol": "proto", "action": "act", "sent_packets": "PanOSPacketsSent",
    "received_packets": "PanOSPacketsReceived",
}  # fmt: skip
_PALO_ALTO_LEEF = {
    "serial": "DeviceSN", "source": "src", "peer": "dst", "source_port": "srcPort",
    "port": "dstPort", "protocol": "proto", "sent": "srcBytes", "received": "dstBytes",
    "sent_packets": "srcPackets", "received_packets": "dstPackets", "session": "SessionID",
    "elapsed": "SessionDuration", "subtype": "SubType",
}  # fmt: skip
_PAN_OS_LEEF = {"serial": "SerialNumber", "elapsed": "ElapsedTime", "subtype": "Subtype"}
_CHECK_POINT_CEF = {
    "time": "rt", "s_port": "spt", "service": "dpt", "action": "act", "resource": "request",
}  # fmt: skip
_CHECK_POINT_LEEF = {"time": "devTime", "s_port": "srcPort", "service": "dstPort"}
_LEEF = {
    "src": "src", "dst": "dst", "proto": "proto", "spt": "srcPort", "dpt": "dstPort",
    "act": "action", "smac": "srcMAC", "request": "url",
}  # fmt: skip
_IPV6 = (("src", "Source IPv6 Address"), ("dst", "Destination IPv6 Address"))
_SESSION, _ELAPSED = "SessionID", "Elapsed time in seconds"


def fortigate(event: CefEvent) -> Fields:
    """An event as FortiGate's own log has it; `type` and `logid` are always there."""
    fields = {key.removeprefix(_OWN): value for key, value in event.fields.items() if _OWN in key}
    fields |= _named(event.fields, _FORTIGATE)
    fields["type"] = event.fields.get("cat", event.name).partition(":")[0]
    if event.fields.get("cat", "").endswith(":webfilter") and "dhost" in event.fields:
        fields["hostname"] = event.fields["dhost"]
    fields.setdefault("logid", event.event.zfill(10))
    return fields


def palo_alto(event: CefEvent | LeefEvent) -> Fields | None:
    """A session, or a request that URL filtering saw (`url`); None for what is neither."""
    if isinstance(event, LeefEvent):
        return _palo_alto_leef(event)
    kinds = {event.event.upper(): event.name, event.name.upper(): event.event}
    fields = _named(event.fields, _PALO_ALTO_CEF)
    if "TRAFFIC" in kinds:
        sent, received = ("in", "out") if event.product == "PAN-OS" else ("out", "in")
        fields |= _named(event.fields, {"sent": sent, "received": received})
        fields |= {
            "type": "TRAFFIC",
            "subtype": kinds["TRAFFIC"].lower(),
            "session": labelled(event.fields, _SESSION) or "",
            "elapsed": labelled(event.fields, _ELAPSED) or "",
        }
    elif "THREAT" in kinds and "request" in event.fields:
        fields |= {"type": "THREAT", "url": event.fields["request"].strip('"')}
    else:
        return None
    return fields


def _palo_alto_leef(event: LeefEvent) -> Fields | None:
    if event.fields.get("cat", "").lower() != "traffic":
        return None
    fields = _named(event.fields, _PALO_ALTO_LEEF) | _named(event.fields, _PAN_OS_LEEF)
    return {"subtype": "", "session": ""} | fields | {"type": "TRAFFIC", "action": event.event}


def check_point(event: CefEvent | LeefEvent) -> Fields:
    """A record as Log Exporter's own format has it: most of its keys are the same."""
    names = _CHECK_POINT_CEF if isinstance(event, CefEvent) else _CHECK_POINT_LEEF
    return event.fields | _named(event.fields, names)


def in_cef(event: CefEvent | LeefEvent) -> Fields:
    """The fields of an event as CEF names them."""
    return event.fields if isinstance(event, CefEvent) else _named(event.fields, _LEEF)


def with_ends(event: CefEvent) -> CefEvent:
    """The event with `src` and `dst` also where CEF has other fields for IPv6 addresses."""
    missing = [(key, label) for key, label in _IPV6 if not event.fields.get(key)]
    ends = {key: labelled(event.fields, label) for key, label in missing}
    known = {key: address for key, address in ends.items() if address is not None}
    return event._replace(fields=event.fields | known) if known else event


def _named(fields: Fields, names: dict[str, str]) -> Fields:
    return {own: fields[key] for own, key in names.items() if key in fields}
