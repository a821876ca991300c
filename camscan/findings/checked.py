"""Which rules a run could not check, for which devices, and why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from camscan.findings.unchecked import is_video
from camscan.inventory.streamed import columns_of, walked
from camscan.model.conversation import Conversation
from camscan.model.count import class_of
from camscan.model.device import Device
from camscan.model.identity import DeviceClass
from camscan.model.run import Run

EGRESS_IDS = frozenset({"fleet-egress", "unexpected-egress", "inside-scan", "vendor-cloud"})
"""Rules that need traffic; `expired-rule` does too, but is about a rule and not a device."""

CHANGE_IDS = frozenset({"new-camera", "camera-gone", "camera-moved", "older-firmware"})
"""Rules that need an earlier run."""

RUN_IDS = frozenset({"fleet-egress", "expired-rule", "camera-gone", "shared-key"})
"""Rules whose findings are about no single device."""

EXPOSURE_IDS = frozenset(
    {
        "telnet-open",
        "rtsp-without-login",
        "ftp-open",
        "shared-key",
        "unencrypted-management",
        "weak-certificate",
        "wrong-clock",
        "expired-certificate",
        "onvif-without-login",
        "self-signed-certificate",
        "end-of-life-model",
        "factory-default-address",
    }
)
"""Rules about what is known to be a camera, a recorder or the like, and nothing else."""

TRAFFIC_IDS = EGRESS_IDS | {"expired-rule"}
_COUNTED = re.compile(r"[0-9][0-9,]* devices?")
_NO_TRAFFIC = "no traffic was read; camscan egress joins captures and logs with an inventory"
_NO_BASELINE = "no earlier run was named to compare with: --baseline RUN"
_OTHER = "rules about cameras are not held against what is no camera"
_NO_VIDEO = "it is not known to be a camera, a recorder or the like"
_SILENT = "no traffic of this device was seen in what was read"


class _Talker(Struct, gc=False):
    """Of a conversation the device alone."""

    device: str | None


def read_traffic(run: Run) -> bool:
    """True when a run read any traffic, whatever was in it."""
    return bool(run.conversations) or any(
        method.name == "egress" for method in run.coverage.methods
    )


def talking(conversations: Sequence[Conversation]) -> frozenset[str | None]:
    """The devices whose traffic was seen, which few questions need: a walk through all."""
    batches = columns_of(conversations, _Talker)
    return frozenset({talk.device for batch in batches for talk in batch})


class _About(NamedTuple):
    """What is asked of a device again and again, for each rule."""

    device: Device | None
    video: bool
    other: bool


class Checked:
    """Reasons why a rule was not checked: no traffic, or a Skip whose `what` is the rule's id.

    The `subject` of such a Skip is a device's id or address, or counts the devices that end its
    reason (`3 devices`, `the maker is unknown: 10.1.0.1, 10.1.0.2, ...`); else it means all.
    """

    def __init__(self, run: Run) -> None:
        self._read = read_traffic(run)
        self._compared = any(method.name == "baseline" for method in run.coverage.methods)
        self._run = run
        self._about = _About(None, video=False, other=False)
        self._by_rule: dict[str, dict[str, str]] = defaultdict(dict)
        self._all: dict[str, str] = {}
        names = {key for device in run.devices for key in (device.id, *device.addresses)}
        for skip in run.coverage.skips:
            if _COUNTED.fullmatch(skip.subject):
                reason, _, listed = skip.reason.rpartition(": ")
                for name in listed.split(", "):
                    self._by_rule[skip.what][name] = reason
            elif skip.subject in names:
                self._by_rule[skip.what][skip.subject] = skip.reason
            else:
                self._all.setdefault(skip.what, skip.reason)

    @cached_property
    def _talked(self) -> frozenset[str | None]:
        return walked(self._run.conversations, talking)

    def reason(self, rule: str, device: Device | None = None) -> str | None:
        """Why `rule` was not checked (for `device`, or at all), or None when it was."""
        if rule in TRAFFIC_IDS and not self._read:
            return _NO_TRAFFIC
        if rule in CHANGE_IDS and not self._compared:
            return _NO_BASELINE
        whole = self._all.get(rule)
        if whole is not None or device is None:
            return whole
        by_device = self._by_rule.get(rule)
        if by_device:
            for key in (device.id, *device.addresses):
                if key in by_device:
                    return by_device[key]
        about = self._about
        if about.device is not device:
            about = self._about = _About(device, is_video(device), _is_other(device))
        if not about.video and rule in EXPOSURE_IDS:
            return _NO_VIDEO
        if about.other and rule not in TRAFFIC_IDS:
            return _OTHER
        if rule in EGRESS_IDS and device.id not in self._talked:
            return _SILENT
        return None


def _is_other(device: Device) -> bool:
    return class_of(device) is DeviceClass.OTHER
