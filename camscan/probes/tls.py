"""The certificate that a TLS port shows, gained on the connection of another probe."""

from __future__ import annotations

from camscan.probes.interface import Notes
from camscan.protocols import tls


def note_certificate(notes: Notes, certificate: bytes | None) -> None:
    """Note tls.* of a DER certificate; a connection without TLS has none."""
    if certificate is not None:
        notes.extend(tls.decode(certificate).fields)
