"""`expired-exception`: an exception of camscan.toml has ended; what it accepted stands again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from camscan.config import ExceptionConfig
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run


class ExpiredException:
    """One finding per exception whose last day was before the run ended."""

    id = "expired-exception"

    def __init__(self, exceptions: Sequence[ExceptionConfig] = ()) -> None:
        self._exceptions = exceptions

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the configuration."""
        for one in self._exceptions:
            if has_ended(one, run):
                yield Finding(
                    id=finding_id(self.id, None, one.text),
                    rule=self.id,
                    severity=Severity.MEDIUM,
                    title=f"An exception for {one.rule} has ended on {one.until.isoformat()}",
                    device=None,
                    detail=f"{one.text}.",
                    advice=(
                        "Ask its owner: renew the last day in [[exceptions]] of camscan.toml, or"
                        " remove the exception and act on the finding."
                    ),
                )


def has_ended(exception: ExceptionConfig, run: Run) -> bool:
    """True when its last day was before the day (UTC) on which the run ended."""
    return run.run.ended.date() > exception.until
