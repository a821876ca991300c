"""The name that a client states at the start of a TCP stream: TLS SNI or HTTP Host."""

from __future__ import annotations

from camscan.sources.flows import http_host
from camscan.sources.flows.connection import HOOK_NONE, HOOK_STREAM, Connection
from camscan.sources.flows.tls_hello import Hello, server_name

_LONGEST_START = 1 << 14


def look_at(opened: Connection, payload: bytes, sequence: int) -> int:
    """Take up the next payload of the initiator; returns whether more of the stream is wanted.

    Segments are joined when they follow each other; a repeated segment is passed over, a gap
    ends the search.
    """
    if opened.sequence is not None and sequence != opened.sequence:
        behind = (opened.sequence - sequence) & 0xFFFFFFFF
        if behind < 1 << 31:  # sent again
            return HOOK_STREAM
        opened.pending = b""
        return HOOK_NONE
    start = opened.pending + payload
    found = server_name(start)
    if found is Hello.INCOMPLETE and len(start) <= _LONGEST_START:
        opened.pending = start
        opened.sequence = (sequence + len(payload)) & 0xFFFFFFFF
        return HOOK_STREAM
    opened.pending = b""
    if isinstance(found, str):
        opened.name, opened.name_source = found, "sni"
    elif http_host.is_request(start):
        name = http_host.host(start)
        if name is not None:
            opened.name, opened.name_source = name, "http-host"
    return HOOK_NONE
