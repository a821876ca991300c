"""Alerts by HTTP: the event as JSON by POST to a URL of the user's."""

from __future__ import annotations

from camscan import __version__
from camscan.net.alert import Alert, AlertError, shown
from camscan.net.lean_httpx import httpx

_PATIENCE = 10.0


class Webhook:
    """Posts to one URL: no proxy of the environment, no .netrc, no redirect is followed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.name = shown(url)
        self._client = httpx.Client(
            trust_env=False,
            follow_redirects=False,
            timeout=_PATIENCE,
            headers={
                "Content-Type": "application/json",
                "User-Agent": f"camscan/{__version__}",
            },
        )

    def send(self, alert: Alert) -> None:
        """One POST; anything but a 2xx answer is a failure."""
        try:
            answer = self._client.post(self._url, content=alert.json)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise AlertError(f"{type(error).__name__}") from error
        if not answer.is_success:
            raise AlertError(f"answered {answer.status_code}")

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
