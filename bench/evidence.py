"""What a run found, in a form that two runs of one estate share, and what it got wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from camscan.lab.estate import Truth

_OF_THE_MOMENT = re.compile(
    r"nonce=\S+|opaque=\S+|urn:uuid:\S+|\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*|"
    r"\w{3}, \d\d? \w{3} \d{4} [\d:]+ GMT|[0-9a-fA-F]{16,}"
)
_MOMENTS = ("onvif.time_skew",)


def evidence_of(run: Mapping[str, Any]) -> list[str]:
    """`address port method field value` of everything, without what is new at each answer."""
    return sorted(
        {
            f"{device['addresses'][0]} {item['port']} {item['method']} {item['field']} "
            f"{_steady(item['field'], item['value'])}"
            for device in run["devices"]
            for item in device["evidence"]
        }
    )


def mistakes(run: Mapping[str, Any], truth: Mapping[str, Truth]) -> list[str]:
    """One line for each camera that is missing, and for each with a wrong maker."""
    devices = {address: device for device in run["devices"] for address in device["addresses"]}
    wrong = []
    for address, is_really in truth.items():
        device = devices.get(address)
        if device is None:
            wrong.append(f"{address} {is_really.persona}: not found")
            continue
        maker = device["maker"]
        if maker is not None and maker["id"] != is_really.maker:
            wrong.append(f"{address} {is_really.persona}: called {maker['id']}")
    return wrong


def _steady(field: str, value: str) -> str:
    return "*" if field in _MOMENTS else _OF_THE_MOMENT.sub("*", value)
