"""The plan of a scan as a page to be read and signed, and as JSON."""

from __future__ import annotations

import textwrap

import click
import msgspec

from camscan.authority import NOT_RECORDED
from camscan.cli.common import Settings
from camscan.cli.request import ScanPlan
from camscan.discovery.plan import Plan, PlanPayload, estimate
from camscan.errors import UsageError


def plan_text(plan: Plan, decided: ScanPlan) -> str:
    """Scope, interfaces, packets and time in words."""
    scope = decided.scope
    authority = decided.authority
    lines = [
        "Plan of a camscan scan (nothing has been sent)",
        "",
        f"Targets        {', '.join(scope.targets) or 'none: it only listens'}",
        f"Never touched  {', '.join(scope.exclude) or 'no exclusion'}",
        f"Addresses      {plan.addresses:,} ({plan.on_link:,} on the same link, "
        f"{plan.addresses - plan.on_link:,} over routers)",
        f"TCP ports      {', '.join(str(port) for port in plan.ports)}",
        f"Profile        {decided.profile.name}: "
        f"at most {decided.profile.on_link_pps:g} packets/s, "
        f"over routers {decided.profile.routed_syn_pps:g} SYN/s and "
        f"{decided.profile.routed_udp_pps:g} UDP/s",
        f"Authority      {authority.name if authority else NOT_RECORDED}"
        + (f" ({authority.reference})" if authority and authority.reference else ""),
        *_listening(decided.passive),
        "",
        "Interfaces",
    ]
    for link in plan.interfaces:
        use = (
            f"multicast to {', '.join(link.groups)}"
            if link.used
            else f"no multicast: {link.reason}"
        )
        lines.append(f"  {link.name:<12} {', '.join(link.addresses) or 'no address'}: {use}")
    lines += ["", "Packets of the discovery"]
    lines.append(
        f"  {plan.tcp_connections:>10,}  TCP connection attempts: each address, each port, one SYN"
    )
    lines += textwrap.wrap(
        plan.sweep_note, 100, initial_indent=" " * 14, subsequent_indent=" " * 14
    )
    most = f"at most {plan.syns_at_most:,} SYNs, repeats included"
    if plan.mac_questions_at_most:
        most += f", and {plan.mac_questions_at_most:,} questions for MAC addresses"
    lines.append(f"{'':14}{most}")
    lines += [_line(payload) for payload in plan.payloads if payload.transport == "udp"]
    if plan.each_host:
        lines += ["", "To each host found there, once"]
        lines += [_line(payload) for payload in plan.each_host]
    lines += [
        "",
        f"In all {plan.tcp_connections:,} connection attempts and {plan.udp_packets:,} UDP packets "
        f"in about {plan.seconds:,.0f} s.",
        "Every host that answers is then asked, one connection at a time: GET / and the favicon on",
        "web ports, the TLS certificate, RTSP OPTIONS and one DESCRIBE, and the ONVIF queries that",
        "need no login. No password, no stream, no picture, no setting is ever sent or asked for.",
        "",
        "Agreed: ______________________________   Date: ______________",
    ]
    return "\n".join(lines)


def _listening(seconds: float | None) -> list[str]:
    if seconds is None:
        return []
    return [f"Listening      {seconds:g} s on every wire of this machine; nothing is sent for it"]


def _line(payload: PlanPayload) -> str:
    return (
        f"  {payload.packets:>10,}  UDP port {payload.port} {payload.name} "
        f"to {payload.destination}, {payload.size} bytes each"
    )


def plan_json(plan: Plan, decided: ScanPlan) -> str:
    """The same as one JSON object."""
    document = msgspec.to_builtins(plan)
    document["targets"] = list(decided.scope.targets)
    document["exclude"] = list(decided.scope.exclude)
    document["profile"] = decided.profile.name
    document["passive"] = decided.passive
    document["authorised_by"] = msgspec.to_builtins(decided.authority)
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def print_plan(decided: ScanPlan, settings: Settings, multicast: frozenset[str]) -> None:
    """What a scan would send, in a form that can be signed; nothing is sent."""
    if settings.format not in {None, "text", "json"}:
        raise UsageError("camscan scan --plan writes --format text or json")
    plan = estimate(
        decided.scope,
        decided.ports,
        decided.profile,
        decided.interfaces,
        allow_multicast=multicast,
    )
    if settings.format == "json":
        click.echo(plan_json(plan, decided))
    else:
        click.echo(plan_text(plan, decided))
