"""Alerts by e-mail and some hundred services through the library apprise, where it is installed."""

from __future__ import annotations

import logging
import warnings
from urllib.parse import urlsplit

from camscan.errors import UsageError
from camscan.net.alert import Alert, AlertError

_MISSING = "apprise is not installed: pip install 'camscan[alerts]' (for mail and chat services)"


class AppriseSender:
    """One apprise URL (`mailtos://`, `msteams://`, ...). Raises UsageError."""

    def __init__(self, url: str) -> None:
        # Where other URLs have a host, many of these have a token.
        self.name = f"{urlsplit(url).scheme}://…"
        try:
            import apprise
        except ImportError as error:
            raise UsageError(f"--alert {self.name}: {_MISSING}") from error
        logging.getLogger("apprise").disabled = True  # it would print the URL with its secrets
        # Nothing is fetched or kept by it: no plugins, attachments or configuration from files.
        asset = apprise.AppriseAsset(
            app_id="camscan", app_desc="camscan", app_url="", storage_mode="memory"
        )
        self._apprise = apprise.Apprise(asset=asset)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of modules that it tries to import
            known = self._apprise.add(url)
        if not known:
            raise UsageError(f"--alert {self.name}: neither camscan nor apprise knows this URL")

    def send(self, alert: Alert) -> None:
        """One notification."""
        import apprise

        kind = apprise.NotifyType.FAILURE if alert.severity in ("high", "critical") else None
        arrived = self._apprise.notify(
            title=f"camscan: {alert.title}",
            body=alert.line,
            notify_type=kind or apprise.NotifyType.WARNING,
        )
        if not arrived:
            raise AlertError("was not taken")

    def close(self) -> None:
        """Nothing is kept open."""
