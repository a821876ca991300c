"""`expired-rule`: an allow rule has ended, and what it allowed goes on."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.reason import Code, text_of
from camscan.model.conversation import Conversation
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run


class ExpiredRule:
    """One finding per rule, however many devices it was for."""

    id = "expired-rule"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the first conversation."""
        groups: dict[str, list[Conversation]] = {}
        for one in run.conversations:
            text = text_of(one.reasons, Code.EXPIRED_RULE)
            if text is not None:
                groups.setdefault(text, []).append(one)
        for text, group in groups.items():
            devices = list(dict.fromkeys(one.address for one in group))
            yield Finding(
                id=finding_id(self.id, None, text),
                rule=self.id,
                severity=Severity.MEDIUM,
                title=f"An ended rule is still made use of by {_devices(len(devices))}",
                device=None,
                detail=f"{text}; used by {', '.join(devices[:20])}.",
                advice=(
                    "Ask the owner of the rule whether it is still needed: renew its last day in"
                    " camscan.toml, or remove it there and block the destination."
                ),
                evidence=tuple(one.id for one in group),
            )


def _devices(count: int) -> str:
    return "1 device" if count == 1 else f"{count} devices"
