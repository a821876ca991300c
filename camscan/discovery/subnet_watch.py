"""Watches one /24 during a sweep: holds back what may be a middlebox, notices a cut-off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from camscan.discovery.interface import Sighting
from camscan.discovery.middlebox import (
    LEAST_ADDRESSES,
    SHARE,
    Signature,
    describe,
    judge,
    signature,
)
from camscan.model.coverage import Skip
from camscan.model.status import Status

ANSWERS = (Status.OK, Status.REFUSED)
CUT_OFF_HOSTS = 5
CUT_OFF_ROUNDS = 2
WITNESSES = 3


class _Round:
    """One port over the addresses of the subnet."""

    def __init__(self) -> None:
        self.expected = 0
        self.tally: Counter[Status] = Counter()
        self.answered: dict[str, None] = {}
        self.held: list[Sighting] = []
        self.cleared = False

    @property
    def pending(self) -> int:
        return self.expected - self.tally.total()

    def crowd_possible(self) -> bool:
        """True while most of the subnet may still turn out to say the same."""
        most = max(self.tally[status] for status in ANSWERS)
        enough = self.expected >= LEAST_ADDRESSES
        return enough and most + self.pending >= SHARE * self.expected


class SubnetWatch:
    """Answers of one subnet in one block of a sweep.

    While a round (one port over all addresses) runs, answers of a routed subnet wait until it is
    plain that most of the subnet does not say the same: a second of silence, as a rule. When
    most did say the same, everything waits for `finish`. `hold` False (on-link, loopback)
    releases at once. `crowd`: after `finish`, the addresses that a middlebox answers for.
    """

    def __init__(
        self,
        cidr: str,
        addresses: int,
        *,
        hold: bool,
        release: Callable[[Sighting], None],
    ) -> None:
        self.cidr = cidr
        self.stopped = False
        self._hold = hold and addresses >= LEAST_ADDRESSES
        self._release = release
        self._suspected = False
        self._rounds: dict[int, _Round] = {}
        self._kept: list[Sighting] = []
        self._held: Counter[str] = Counter()
        self._by_address: dict[str, dict[int, Status]] = {}
        self._alive: dict[str, int] = {}
        self._silent_rounds = 0
        self.crowd: frozenset[str] = frozenset()

    def expect(self, port: int, addresses: int = 1) -> None:
        """So many more addresses will be asked for `port`."""
        self._rounds.setdefault(port, _Round()).expected += addresses

    def abandon(self, port: int) -> None:
        """An expected address was not asked after all (the subnet was stopped)."""
        self._rounds[port].expected -= 1

    def record(self, address: str, port: int, status: Status, sighting: Sighting | None) -> None:
        """The end of one connection attempt; `sighting` is None when nothing answered."""
        one = self._rounds[port]
        one.tally[status] += 1
        if status in ANSWERS:
            one.answered[address] = None
        if not self._hold:
            if sighting is not None:
                self._release(sighting)
            return
        self._by_address.setdefault(address, {})[port] = status
        if sighting is not None:
            one.held.append(sighting)
            self._held[address] += 1
        self._settle(one)

    def silence(self, port: int, addresses: int) -> None:
        """So many of the expected addresses did not answer for `port`."""
        one = self._rounds[port]
        one.tally[Status.TIMED_OUT] += addresses
        if self._hold and addresses:
            self._settle(one)

    def late(self, address: str, port: int, status: Status, sighting: Sighting | None) -> None:
        """An answer of an address that had been counted among the silent ones."""
        self._rounds[port].tally[Status.TIMED_OUT] -= 1
        self.record(address, port, status, sighting)

    def _settle(self, one: _Round) -> None:
        """Release the round's answers, or keep them once most of the subnet has said the same."""
        if not self._suspected:
            if not one.cleared and not one.crowd_possible():
                one.cleared = True
            if one.cleared:
                self._let_go(one.held)
            elif one.pending == 0:
                self._suspected = True
        if self._suspected:
            self._kept.extend(one.held)
            one.held = []

    def holds(self, address: str) -> bool:
        """True while a sighting of `address` waits."""
        return self._held[address] > 0

    def complete(self, port: int) -> bool:
        """True when every expected answer for `port` is in."""
        return self._rounds[port].pending == 0

    def note_round(self, port: int) -> bool:
        """Compare a finished round with the hosts known alive.

        Returns True when at least five hosts that had answered were silent together for two
        rounds (then four, eight, ...): time to knock again where somebody answered, because
        a firewall may drop single ports (`witnesses`).
        """
        answered = self._rounds[port].answered
        before = len(self._alive)
        silent = before >= CUT_OFF_HOSTS and not answered.keys() & self._alive.keys()
        self._silent_rounds = self._silent_rounds + 1 if silent else 0
        for address in answered:
            self._alive.setdefault(address, port)
        rounds = self._silent_rounds
        return rounds >= CUT_OFF_ROUNDS and rounds & (rounds - 1) == 0

    def witnesses(self) -> tuple[tuple[str, int], ...]:
        """Up to three (address, port) that answered before."""
        return tuple(list(self._alive.items())[:WITNESSES])

    def stop(self) -> Skip:
        """No further packet to this subnet."""
        self.stopped = True
        return Skip(
            subject=self.cidr,
            what="tcp sweep",
            reason=f"cut-off: {len(self._alive)} hosts that had answered fell silent together; "
            "the rest of this subnet was not asked (resume later, or use a gentler profile)",
        )

    def finish(self) -> Skip | None:
        """End of the block: release what is held, but for the crowd behind a middlebox."""
        for one in self._rounds.values():
            self._kept.extend(one.held)
            one.held = []
        asked = max((one.expected for one in self._rounds.values()), default=0)
        answer: Signature | None = judge(self._by_address, of=asked) if self._kept else None
        if answer is None:
            self._let_go(self._kept)
            return None
        same = [a for a, ports in self._by_address.items() if signature(ports) == answer]
        self.crowd = frozenset(same)
        self._let_go([s for s in self._kept if s.address not in self.crowd])
        self._kept = []
        self._held.clear()
        return Skip(
            subject=self.cidr,
            what="middlebox",
            reason=f"{len(same)} of {max(len(self._by_address), asked)} addresses give the same "
            f"answer ({describe(answer)}): a firewall or proxy answers for them, they are not "
            "counted as devices",
        )

    def _let_go(self, held: list[Sighting]) -> None:
        """Release and forget."""
        leaving = list(held)
        held.clear()
        for sighting in leaving:
            self._held[sighting.address] -= 1
            self._release(sighting)
