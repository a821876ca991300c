"""Devices out of a file, some at a time; texts that come again and again are held once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from camscan.errors import StoreError
from camscan.model.device import Device, EvidenceRecord
from camscan.model.evidence import NO_TIME
from camscan.model.run import SCHEMA

_decoder = msgspec.json.Decoder(list[Device])


def decoded_devices(texts: Iterable[bytes], name: str) -> Iterator[Device]:
    """Those of `texts`, JSON parted by commas and without the brackets of the array; `name` is the
    file in messages. Raises StoreError where one is not as the schema says."""
    same: dict[Any, Any] = {}
    try:
        for text in texts:
            for device in _decoder.decode(b"[%b]" % text):
                yield replace(device, evidence=tuple(_shared(device.evidence, same)))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{name} is not a run of {SCHEMA}: a device: {error}") from error


def _shared(evidence: Iterable[EvidenceRecord], same: dict[Any, Any]) -> Iterator[EvidenceRecord]:
    """Half a million records have few fields, methods and addresses: each text is held once."""
    keep = same.setdefault
    last = NO_TIME
    for one in evidence:
        field, method, at, address = one.field, one.method, one.at, one.address
        if at != last:  # the hash of a time takes long, and many in a row are equal
            last = keep(at, at)
        yield EvidenceRecord(
            id=one.id,
            field=keep(field, field),
            value=one.value,
            method=keep(method, method),
            port=one.port,
            at=last,
            address=keep(address, address),
        )
