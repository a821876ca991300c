"""The only import of python-nmap (GPL-3.0); without it or nmap, `--nmap` is a Skip."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from camscan.errors import LocalFaultError
from camscan.net.profile import Profile


class NmapFound(Struct, frozen=True):
    """`version` of the nmap binary, or None and the `reason`."""

    version: str | None
    reason: str = ""


def find_nmap() -> NmapFound:
    """Ask python-nmap for the nmap binary and its version."""
    try:
        import nmap
    except ImportError:
        return NmapFound(None, "the Python package python-nmap is not installed")
    try:
        version = nmap.PortScanner().nmap_version()
    except nmap.PortScannerError:
        return NmapFound(None, "the program nmap is not installed, or not on the PATH")
    return NmapFound(".".join(str(part) for part in version))


OLDEST = (7, 80)
"""Older versions lack options or write XML that the reader was not tried with."""


class NmapAnswer(Struct, frozen=True, kw_only=True):
    """What one call of nmap gave: its XML, and what it said on standard error."""

    xml: bytes = b""
    stderr: str = ""
    timed_out: bool = False


def too_old(version: str) -> bool:
    """True for a version before OLDEST, and for one that cannot be read."""
    parts = version.split(".")
    if len(parts) < 2 or not all(part.isdigit() for part in parts[:2]):
        return True
    return (int(parts[0]), int(parts[1])) < OLDEST


def arguments(profile: Profile, version: int) -> str:
    """The options of every call: connects only, no names, no host discovery, light intensity,
    within the profile's pace."""
    delay = max(profile.host_gap, profile.probe_gap)
    words = [
        "-sT -sV --version-light -Pn -n",
        f"--max-rate {min(profile.on_link_pps, profile.routed_syn_pps):g}",
        f"--scan-delay {delay * 1000:.0f}ms",
        "--max-retries 1 --host-timeout 180s",
    ]
    return " ".join([*words, "-6"] if version == 6 else words)


def second_opinion(
    addresses: Sequence[str], port: int, options: str, *, timeout: float
) -> NmapAnswer:
    """Run nmap's version detection on one port of these addresses; blocks until its end.

    One port a call: nmap asks several ports of a host at the same moment, and a camera has few
    connections to give. The caller has checked every address against the scope. Raises
    LocalFaultError when nmap cannot be started.
    """
    import nmap

    scanner = nmap.PortScanner()
    try:
        found = scanner.scan(
            hosts=" ".join(addresses),
            ports=str(port),
            arguments=options,
            timeout=max(1, round(timeout)),
        )
    except nmap.PortScannerTimeout:
        return NmapAnswer(timed_out=True)
    except nmap.PortScannerError as error:
        return NmapAnswer(stderr=_text(error.value))
    except OSError as error:
        raise LocalFaultError(f"nmap does not start: {error.strerror}") from error
    info = found.get("nmap", {}).get("scaninfo", {})
    said = [*info.get("warning", ()), *info.get("error", ())]
    xml = scanner.get_nmap_last_output()
    return NmapAnswer(
        xml=xml if isinstance(xml, bytes) else str(xml).encode(),
        stderr=_text(" ".join(dict.fromkeys(str(line) for line in said))),
    )


def _text(value: object) -> str:
    """One line of at most 300 characters."""
    return " ".join(str(value).split())[:300]
