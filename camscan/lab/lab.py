"""Bring an estate up and take it down again: the entry point for the command line and for tests."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from camscan.errors import LocalFaultError
from camscan.lab import namespace
from camscan.lab.capture import callers, write_capture
from camscan.lab.estate import Estate, Truth
from camscan.lab.estates import estate as named_estate
from camscan.lab.process import ServerProcess

Mode = Literal["auto", "loopback", "namespace"]
LOOPBACK_BASE = "127.66"
NAMESPACE_BASE = "10.66"


class Lab:
    """A running estate.

    targets      the CIDRs to scan, silent subnets included
    prefix       argv to put before a command that is to see the estate (empty on loopback)
    far_prefix   argv that runs a command beside the devices: other software on the same network
    config_text  camscan.toml with a [site.NAME] for each site
    truth        per address what each device is
    callers      addresses of the cameras that call China in `capture_pcap`
    mode         "loopback" or "namespace"
    environment  one sentence on what this mode can show and what it cannot
    """

    def __init__(
        self,
        estate: Estate,
        mode: str,
        base: str,
        prefix: tuple[str, ...] = (),
        far_prefix: tuple[str, ...] = (),
    ) -> None:
        self.estate = estate
        self.mode = mode
        self.base = base
        self.prefix = prefix
        self.far_prefix = far_prefix
        self.targets = tuple(f"{base}.{octet}.0/24" for octet in estate.subnets)
        self.silent = tuple(f"{base}.{octet}.0/24" for octet in estate.silent)
        self.truth: dict[str, Truth] = estate.truth(base)
        self.callers = tuple(device.address(base) for device in callers(estate))
        self.config_text = config_text(estate, base)
        self.environment = _ENVIRONMENT[mode]

    @classmethod
    @contextmanager
    def up(
        cls,
        estate: str | Estate,
        mode: Mode = "auto",
        *,
        base: str | None = None,
        ipv6: bool = False,
    ) -> Iterator[Lab]:
        """Run the estate until the block ends.

        "auto" takes network namespaces when they can be made, loopback otherwise. `base` are the
        first two octets when the usual ones are taken. `ipv6`: on-link devices in namespaces also
        answer discovery on their link-local addresses. Raises UsageError or LocalFaultError.
        """
        chosen = named_estate(estate) if isinstance(estate, str) else estate
        reason = "" if mode == "loopback" else namespace.unavailable()
        if mode == "namespace" and reason is not None:
            raise LocalFaultError(f"lab: no network namespaces here: {reason}")
        with ExitStack() as stack:
            if reason is None:
                lab = cls._in_namespace(chosen, base or NAMESPACE_BASE, ipv6, stack)
            else:
                lab = cls._on_loopback(chosen, base or LOOPBACK_BASE, stack)
                if reason:
                    lab.environment += f" (no network namespaces: {reason})"
            yield lab

    @classmethod
    def _on_loopback(cls, estate: Estate, base: str, stack: ExitStack) -> Lab:
        server = ServerProcess(estate, ["--base", base])
        stack.callback(server.stop)
        server.wait_ready()
        return cls(estate, "loopback", base)

    @classmethod
    def _in_namespace(cls, estate: Estate, base: str, ipv6: bool, stack: ExitStack) -> Lab:
        network = stack.enter_context(namespace.Network.up(estate, base, ipv6=ipv6))
        arguments = ["--base", base, "--interface", network.interface]
        server = ServerProcess(
            estate, [*arguments, *(["--ipv6"] if ipv6 else [])], network.estate_prefix
        )
        stack.callback(server.stop)
        server.wait_ready()
        return cls(estate, "namespace", base, network.scanner_prefix, network.estate_prefix)

    def capture_pcap(self, path: Path, run_date: datetime.date | None = None) -> None:
        """Write the traffic of `run_date`'s night (default: the last one); nothing is sent."""
        write_capture(path, self.estate, self.base, run_date or last_night())


def last_night() -> datetime.date:
    """The date of the latest night whose traffic lies wholly in the past."""
    now = datetime.datetime.now(datetime.UTC)
    today = now.date()
    return today if now.time() > datetime.time(2, 45) else today - datetime.timedelta(days=1)


def config_text(estate: Estate, base: str) -> str:
    """camscan.toml naming the sites, their subnets and the country they are in."""
    lines = [f'# Sites of the simulated estate "{estate.name}".']
    for site in estate.sites:
        subnets = ", ".join(f'"{base}.{octet}.0/24"' for octet in site.subnets)
        lines += ["", f"[site.{site.name}]", f"subnets = [{subnets}]"]
    lines += ["", "[egress]", 'home_countries = ["GB"]']
    return "\n".join(lines) + "\n"


_ENVIRONMENT = {
    "loopback": (
        "loopback: ports below 1024 are moved up by 8000, no MAC addresses, no multicast, and "
        "addresses without a device refuse instead of keeping silent"
    ),
    "namespace": (
        "network namespaces: real ports, MAC addresses and multicast on the first subnet, "
        "the others behind a router, silent addresses silent"
    ),
}
