"""Which rules a run could not check, for which devices, and why."""

from __future__ import annotations

from collections import defaultdict

from camscan.model.device import Device
from camscan.model.run import Run

EGRESS_IDS = frozenset({"fleet-egress", "unexpected-egress", "inside-scan", "vendor-cloud"})
"""Rules that need traffic; `expired-rule` does too, but is about a rule and not a device."""

RUN_IDS = frozenset({"fleet-egress", "expired-rule"})
"""Rules whose findings are about no single device."""

_TRAFFIC = EGRESS_IDS | {"expired-rule"}
_NO_TRAFFIC = "no traffic was read; camscan egress joins captures and logs with an inventory"
_SILENT = "no traffic of this device was seen in what was read"


class Checked:
    """Reasons why a rule was not checked: no traffic, or a Skip whose `what` is the rule's id.

    The `subject` of such a Skip is a device's id or address; any other subject means every device.
    """

    def __init__(self, run: Run) -> None:
        self._read = bool(run.conversations) or any(
            method.name == "egress" for method in run.coverage.methods
        )
        self._talked = {talk.device for talk in run.conversations}
        self._by_rule: dict[str, dict[str, str]] = defaultdict(dict)
        self._all: dict[str, str] = {}
        names = {key for device in run.devices for key in (device.id, *device.addresses)}
        for skip in run.coverage.skips:
            if skip.subject in names:
                self._by_rule[skip.what][skip.subject] = skip.reason
            else:
                self._all.setdefault(skip.what, skip.reason)

    def reason(self, rule: str, device: Device | None = None) -> str | None:
        """Why `rule` was not checked (for `device`, or at all), or None when it was."""
        if rule in _TRAFFIC and not self._read:
            return _NO_TRAFFIC
        whole = self._all.get(rule)
        if whole is not None or device is None:
            return whole
        by_device = self._by_rule.get(rule)
        if by_device:
            for key in (device.id, *device.addresses):
                if key in by_device:
                    return by_device[key]
        if rule in EGRESS_IDS and device.id not in self._talked:
            return _SILENT
        return None
