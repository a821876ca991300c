"""How findings speak of a service that should not be there: heard by its greeting, or only a port.

A port number alone proves nothing, so without a greeting the finding is `low` and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from camscan.findings.exposed import exposure, ports_text, records, unheard, video
from camscan.findings.reached import Reached
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run


class Service(Struct, frozen=True, kw_only=True):
    """`name` as people call it, its well-known port, and the field of its greeting."""

    name: str
    port: int
    field: str
    severity: Severity
    what: str
    advice: str
    references: tuple[str, ...]


def open_services(rule: str, run: Run, service: Service) -> Iterator[Finding]:
    """One finding per device, in their order."""
    for device in video(run):
        greetings = records(device, service.field)
        if greetings:
            where = ports_text(item.port for item in greetings)
            yield exposure(
                rule,
                service.severity,
                device,
                f"answers by {service.name}" + (f" on {where}" if where else ""),
                detail=f"It greeted as {service.name} does. {service.what} Nothing was typed.",
                advice=service.advice,
                evidence=greetings,
                references=service.references,
            )
        elif _is_open(device, service.port):
            yield exposure(
                rule,
                Severity.LOW,
                device,
                f"has port {service.port} open, the port of {service.name}",
                detail=(
                    f"No greeting was heard, so what listens there is not known. {service.what}"
                ),
                advice=f"Find out what listens there. {service.advice}",
                evidence=(),
                references=service.references,
            )


def not_asked(rule: str, run: Run, service: Service) -> Iterator[Skip]:
    """Devices that were not asked at the port of the service."""
    reached = Reached(run)

    def why(device: Device) -> str | None:
        if records(device, service.field) or reached.asked(device, (service.port,)):
            return None
        return f"port {service.port} was not asked (--ports +{service.port})"

    return unheard(rule, run, why)


def _is_open(device: Device, number: int) -> bool:
    ports: Iterable[int] = (
        port.port for port in device.ports if port.status == "open" and port.transport == "tcp"
    )
    return number in ports
