"""The only import of python-nmap (GPL-3.0); without it or nmap, `--nmap` is a Skip."""

from __future__ import annotations

from msgspec import Struct


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
