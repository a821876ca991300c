"""The only import of scapy (GPL-2.0-only); without it camscan works and says what is missing."""

from __future__ import annotations

from importlib import metadata


def scapy_version() -> str | None:
    """The installed version, None without scapy; imports nothing."""
    try:
        return metadata.version("scapy")
    except metadata.PackageNotFoundError:
        return None


def manufacturer_table() -> str | None:
    """scapy's embedded IEEE table as text (prefix, short name, name; tabs), None without it.

    Only the table is imported: scapy's own loader would pull in its configuration and write a
    cache into the home directory.
    """
    try:
        from scapy.libs.manuf import DATA
    except ImportError:
        return None
    return str(DATA)
