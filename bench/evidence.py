"""What a run found, in a form that two runs of one estate share, and what it got wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from camscan.lab.estate import Truth

_OF_THE_MOMENT = re.compile(
    r"nonce=\S+|opaque=\S+|urn:uuid:\S+|\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*|"
    r"\w{3}, \d\d? \w{3} \d{4} [\d:]+ GMT|[0-9a-fA-F]{16,}"
)
_MOMENTS = ("onvif.time_skew", "onvif.utc_time", "onvif.local_time")


def evidence_of(runs: Sequence[Mapping[str, Any]], truth: Mapping[str, Truth]) -> list[str]:
    """`address port method field value` of everything that the devices of `truth` said.

    What is new at each answer is `*`: dates, nonces, and values that differ between the runs.
    """
    found = [_values(run, truth) for run in runs]
    lines = set()
    for key in set().union(*found):
        each = [one.get(key, frozenset()) for one in found]
        said = [one for one in each if one]
        values = {"*"} if len(set(said)) > 1 else said[0]
        lines |= {f"{key} {value}" for value in values}
        if len(said) < len(each):
            lines.add(f"{key} (in {len(said)} of {len(each)} runs)")
    return sorted(lines)


def _values(run: Mapping[str, Any], truth: Mapping[str, Truth]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for device in run["devices"]:
        address = device["addresses"][0]
        for item in device["evidence"] if address in truth else ():
            key = f"{address} {item['port']} {item['method']} {item['field']}"
            found.setdefault(key, set()).add(_steady(item["field"], item["value"]))
    return {key: frozenset(values) for key, values in found.items()}


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
