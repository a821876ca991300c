"""What a table says of itself: name, date, licence, whom to credit, where it stands."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

OLD_DAYS = 90
COUNTRY, NETWORK, OPERATOR = "country", "network", "operator"
EMBEDDED, INSTALLED, GIVEN = "embedded", "installed", "given"


class DataSource(Struct, frozen=True, kw_only=True):
    """One table: printed `name`, data `date` (ISO), licence and the attribution to print.

    `gives`: country (where an address is), network (AS and who runs it), operator (where an AS is
    registered). `origin`: embedded, installed by `camscan geo update`, or given with --geo-db.
    """

    name: str
    date: str
    licence: str
    attribution: str
    link: str
    gives: tuple[str, ...] = ()
    origin: str = EMBEDDED
    bytes: int = 0
    sha256: str = ""

    @property
    def label(self) -> str:
        """How a report names the table."""
        return f"{self.name}, {self.date}"

    @property
    def credit(self) -> str:
        """The line that its licence asks for: name, date, licence, whom to credit, link."""
        return ", ".join(filter(None, (self.label, self.licence, self.attribution, self.link)))

    def age_days(self, now: datetime) -> int | None:
        """Days since `date`; None when it cannot be read."""
        try:
            made = datetime.fromisoformat(self.date).replace(tzinfo=UTC)
        except ValueError:
            return None
        return (now - made).days

    def is_old(self, now: datetime) -> bool:
        """True when the data is older than 90 days (or its date cannot be read).

        Never for the table of where an AS is registered: that hardly changes, and nobody has a
        newer one to install.
        """
        if self.gives == (OPERATOR,):
            return False
        age = self.age_days(now)
        return age is None or age > OLD_DAYS
