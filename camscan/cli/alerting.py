"""Where the events of a watch go: this terminal or pipe, and the user's destinations."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import click
import msgspec

from camscan.cli.common import Settings
from camscan.cli.message import say
from camscan.egress.event import Event
from camscan.net.alert import Alert, sender_of
from camscan.net.alert_queue import AlertQueue
from camscan.report.escape import plain

_LONGEST = 4_000


class Alerting:
    """Tells every event to each destination. Raises UsageError for a URL that names none."""

    def __init__(self, urls: Sequence[str], settings: Settings) -> None:
        self._json_lines = settings.json_lines
        self._events = settings.format == "jsonl"
        senders = [sender_of(url) for url in urls]
        self.names = tuple(sender.name for sender in senders)
        self._queues = [AlertQueue(sender, self._say) for sender in senders]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for queue in self._queues:
            queue.close()

    def tell(self, event: Event) -> None:
        """One event, everywhere; never waits for a destination."""
        data = msgspec.json.encode(event)
        line = plain(event.line, _LONGEST)
        if self._events:
            click.echo(data.decode())
        else:
            say(line, level="warning", json_lines=self._json_lines)
        alert = Alert(
            kind=event.kind.value,
            severity=event.severity.value,
            title=plain(event.title, _LONGEST),
            line=line,
            json=data,
        )
        for queue in self._queues:
            queue.put(alert)

    def _say(self, text: str) -> None:
        say(plain(text, _LONGEST), level="warning", json_lines=self._json_lines)
