"""The rate of a raw sweep: the profile's, and lower when the network shows that it is too much."""

from __future__ import annotations

from camscan.net.pace import Paces
from camscan.net.profile import Profile
from camscan.net.sweep_rates import SweepRates

_LOWEST = 1 / 8
_HELPED = 0.7
_LEAST_SENT = 200
_PROHIBITED = 0.3
_RESET = 0.95


class SynPace:
    """Sets the `rates` of a sweep under `profile`; what the dialer and the UDP sender pass
    counts too."""

    def __init__(self, profile: Profile, paces: Paces) -> None:
        self._rates = (profile.on_link_pps, min(profile.routed_syn_pps, profile.on_link_pps))
        self._factor = 1.0
        self.rates = SweepRates()
        paces.tell(self.rates)
        self._apply()
        self._sent = self._prohibited = self._reset = 0
        self._lost: float | None = None
        self._helpless = False
        self.reasons: list[str] = []

    @property
    def per_second(self) -> float:
        """The rate at which the whole may go now."""
        return self._rates[0] * self._factor

    def slow(self, reason: str) -> None:
        """Halve the rate, to an eighth at the least, and say why."""
        if self._factor > _LOWEST:
            self._factor /= 2
            self._apply()
            self.reasons.append(f"rate lowered to {self.per_second:,.0f}/s: {reason}")

    def lost(self, share: float, reason: str) -> None:
        """Loss showed: halve the rate, and again only while that makes the loss smaller."""
        if self._lost is None or share < _HELPED * self._lost:
            self._lost = share
            self.slow(reason)
        elif not self._helpless:
            self._helpless = True
            self.reasons.append(f"no lower still: loss stays at {share:.1%}")

    def half(self) -> None:
        """The rate of asking again."""
        self._factor = max(self._factor / 2, _LOWEST / 2)
        self._apply()

    def note(self, *, sent: int = 0, prohibited: int = 0, reset: int = 0) -> None:
        """Packets to routed targets and what came back: a storm of refusals slows down."""
        self._sent += sent
        self._prohibited += prohibited
        self._reset += reset
        if self._sent < _LEAST_SENT:
            return
        if self._prohibited >= _PROHIBITED * self._sent:
            self.slow(f"{self._prohibited} of {self._sent} SYNs met ICMP prohibited")
        elif self._reset >= _RESET * self._sent:
            self.slow(f"{self._reset} of {self._sent} SYNs were reset")
        self._sent = self._prohibited = self._reset = 0

    def _apply(self) -> None:
        self.rates.change(self._rates[0] * self._factor, self._rates[1] * self._factor)
