"""`shared-key`: several devices show certificates of one and the same key.

Equal is the public key (its SHA-256), whatever names stand around it. A certificate with a
wildcard on several devices is that too, when they hold one key, and is not when each has its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.certificates import Shown, certificates, unseen
from camscan.findings.exposed import told, unheard, video
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

_LONGEST_LIST = 40
_KEYS = ("tls.spki_sha256", "tls.sha256")

_Holder = tuple[Device, Shown]


class SharedKey:
    """One finding per key, for all its devices: `medium`, for the key of one opens the others."""

    id = "shared-key"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the first device of each."""
        by_key: dict[str, dict[str, _Holder]] = {}
        for device in video(run):
            # Several addresses of one MAC are one device, however little else they tell.
            name = device.mac or device.id
            for shown in certificates(device):
                if shown.key_id is not None:
                    by_key.setdefault(shown.key_id, {}).setdefault(name, (device, shown))
        for key, holders in by_key.items():
            if len(holders) > 1:
                yield self._finding(key, list(holders.values()))

    def _finding(self, key: str, holders: list[_Holder]) -> Finding:
        devices = [device for device, _ in holders]
        shown = [each for _, each in holders]
        names = sorted({claim.name for d in devices if (claim := d.brand or d.maker) is not None})
        addresses = [device.label for device in devices]
        listed = ", ".join(addresses[:_LONGEST_LIST])
        if len(addresses) > _LONGEST_LIST:
            listed += f" and {len(addresses) - _LONGEST_LIST} more"
        subjects = list(dict.fromkeys(told(each.value("tls.subject")) for each in shown))
        many = len({each.value("tls.sha256") for each in shown})
        what = "one certificate" if many == 1 else f"{many} certificates of one key"
        subject = subjects[0] if len(subjects) == 1 else f"{len(subjects)} names"
        own = all(each.self_signed for each in shown)
        issued = "" if own else f", issued by {told(shown[0].value('tls.issuer'))}"
        return Finding(
            id=finding_id(self.id, None, key),
            rule=self.id,
            severity=Severity.MEDIUM,
            title=f"{len(holders)} devices{_of(names)} share one TLS key ({subject})",
            device=None,
            detail=(
                f"They show {what}{issued}. Who gets the key out of one of them, or out of its"
                " firmware, can pose as each of the others and, with old ciphers, read what they"
                f" send. Devices: {listed}."
            ),
            advice=(
                "Make a new certificate with a key of its own on each device. Where you put one"
                " certificate on all of them yourself, give each its own from your authority;"
                " where the key came with the firmware and stays, ask the maker, and keep the"
                " devices in a network of their own."
            ),
            evidence=tuple(item.id for each in shown for item in each.evidence(*_KEYS)[:1]),
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices that were not asked, or of whose certificate no hash was read."""
        return unheard(self.id, run, unseen(run, _KEYS))


def _of(names: list[str]) -> str:
    if not names:
        return ""
    if len(names) > 3:
        return f" of {len(names)} brands"
    return f" of {' and '.join(names)}"
