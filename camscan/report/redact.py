"""A run that may be published: no addresses, MACs, serials, names, places or firmware.

What stays is what the answer needs: classes, makers, brands, models, bands, open ports, verdicts,
countries, operators, and public names outside. Devices, sites and networks have labels instead of
names, the same in every format and, for the same devices, in every run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypeVar

from msgspec import UNSET, Struct
from msgspec.structs import replace

from camscan.inventory.overrides import is_word
from camscan.inventory.streamed import (
    StoredConversations,
    Streamed,
    batches_of,
    walked,
)
from camscan.model.conversation import Conversation
from camscan.model.coverage import Coverage
from camscan.model.device import Device
from camscan.model.finding import Finding, finding_id
from camscan.model.identity import Claim, EntityClaim
from camscan.model.run import Authority, MergedRun, Run, RunInfo, ScopeRecord
from camscan.report.identifying import (
    is_own_name,
    network_order,
    networks_of,
    sites_of,
    words_of,
)
from camscan.report.peers import INSIDE, PeerLabels, peers_of
from camscan.report.scrub import ADDRESS, NAME, Scrubber, labels

_HELD = TypeVar("_HELD", Claim, EntityClaim)
_C = TypeVar("_C", bound=Struct)

_QUOTING = frozenset(
    {
        "unknown-camera",
        "conflicting-identity",
        "camera-gone",
        "camera-moved",
        "older-firmware",
        "misplaced-camera",
        "reachable-camera",
    }
)
"""Rules whose details quote what devices said, of which anything may be, or an earlier run."""
_WITHHELD = "Withheld: the detail quotes what the device said, now or in an earlier run."
_MOST_KEPT = 16_384
_MOST_NAMES = 131_072  # each comes again and again, thousands of conversations apart


class Redaction:
    """What has to be hidden of a run, looked up once: whose it is, where devices are, and how they
    are reached. `conversations` are those of the run as they may be seen.

    Evidence is left out, for its values may hold anything. A peer outside keeps its public name,
    country and operator, and loses its address.
    """

    def __init__(self, run: Run) -> None:
        devices = labels(sorted(device.id for device in run.devices), "device")
        sites = labels(sorted(sites_of(run)), "site")
        networks = labels(sorted(networks_of(run), key=network_order), "network")
        addresses = {a: devices[d.id] for d in run.devices for a in d.addresses}
        peers = PeerLabels(walked(run.conversations, peers_of), addresses)
        scrub = Scrubber(words_of(run, devices, sites | networks, peers), peers.label)
        self._view = _View(scrub, devices, sites, networks, peers)
        self.conversations = _redacted(run.conversations, self._view, peers)

    def bare(self, run: Run) -> Run:
        """The run without the most of what is hidden, not fit to be seen: to save memory."""
        return replace(
            run,
            devices=tuple(replace(device, evidence=()) for device in run.devices),
            conversations=(),
        )

    def of(self, run: Run) -> Run:
        """The run as it may be seen. Its findings may be others than those of the run that this was
        made for, and it may be `bare`."""
        view, merged = self._view, run.merged
        devices = sorted(map(view.device, run.devices), key=lambda device: device.id)
        return replace(
            run,
            run=view.info(run.run),
            coverage=view.coverage(run.coverage),
            devices=tuple(devices),
            conversations=self.conversations,
            findings=tuple(map(view.finding, run.findings)),
            merged=tuple(
                MergedRun(run=view.info(part.run), coverage=view.coverage(part.coverage))
                for part in merged
            )
            if isinstance(merged, tuple)
            else merged,
        )


class _Redacted(Streamed):
    """Conversations as they may be seen."""

    def __init__(self, held: Sequence[Conversation], view: _View) -> None:
        super().__init__(lambda: view.conversations(held))


class _RedactedColumns(_Redacted):
    """Those of a file, of which only the columns that are asked for are hidden. `sizes` tells how
    many conversations each of its parts has."""

    def __init__(self, held: StoredConversations, view: _View, sizes: Sequence[int]) -> None:
        super().__init__(held, view)
        self._held = held
        self._view = view
        self._starts = tuple(accumulate(sizes, initial=1))

    def parts(self) -> Iterator[tuple[int, bytes]]:
        """The number of the first conversation, and the text."""
        return zip(self._starts, self._held.parts(), strict=False)

    def columns_in(self, part: tuple[int, bytes], kind: type[_C]) -> list[_C]:
        """Of a kind that is `outside_alone`, what stays inside is not hidden, nor looked at."""
        number, text = part
        rows = self._held.columns_in(text, kind)
        outside = getattr(kind, "outside_alone", False)
        seen = [row for row in rows if row.verdict not in INSIDE] if outside else rows  # type: ignore[attr-defined]
        self._view.hide(seen, kind.__struct_fields__, number)
        return rows


def _redacted(
    held: Sequence[Conversation], view: _View, peers: PeerLabels
) -> Sequence[Conversation]:
    if isinstance(held, StoredConversations):
        return _RedactedColumns(held, view, peers.sizes)
    talks = _Redacted(held, view)
    return talks if isinstance(held, Streamed) else tuple(talks)


class _View:
    """Every part of a run as it may be seen."""

    def __init__(
        self,
        scrub: Scrubber,
        devices: dict[str, str],
        sites: dict[str, str],
        networks: dict[str, str],
        peers: PeerLabels,
    ) -> None:
        self._scrub = scrub
        self._devices = devices
        self._sites = sites
        self._networks = networks
        self._peers = peers
        self._public = lru_cache(_MOST_NAMES)(self._public_name)
        self._reasons = lru_cache(_MOST_KEPT)(self._all_reasons)
        self._text = lru_cache(_MOST_KEPT)(self._some_text)

    def device(self, device: Device) -> Device:
        """Class, maker, brand, model and open ports under a label."""
        return replace(
            device,
            id=self._devices[device.id],
            addresses=(),
            mac=None,
            site=self._site(device.site),
            class_=self._claim(device.class_),
            maker=self._claim(device.maker),
            brand=self._claim(device.brand),
            platform=self._claim(device.platform),
            model=self._claim(device.model),
            firmware=None,
            serial=None,
            evidence=(),
            alternatives=tuple(
                self._scrub(line) for line in device.alternatives if not is_word(line)
            ),
            stated=UNSET,
        )

    def _claim(self, claim: _HELD | None) -> _HELD | None:
        if claim is None:
            return None
        rivals = tuple(
            replace(rival, value=self._scrub(rival.value), evidence=()) for rival in claim.rivals
        )
        bare = replace(claim, evidence=(), rivals=rivals)
        return replace(bare, value=self._scrub(bare.value)) if isinstance(bare, Claim) else bare

    def _site(self, site: str | None) -> str | None:
        return None if site is None else self._sites[site]

    def conversations(self, talks: Sequence[Conversation]) -> Iterator[list[Conversation]]:
        """In their order, numbered, some at a time; `peer` is a label, the same for the same
        peer."""
        number = 1
        for batch in batches_of(talks):
            peers = self._peers.labels([talk.peer for talk in batch])
            yield [
                self._talk(talk, peer, place)
                for place, (talk, peer) in enumerate(zip(batch, peers, strict=True), start=number)
            ]
            number += len(batch)

    def hide(self, rows: Sequence[Any], fields: Sequence[str], number: int) -> None:
        """The same in columns, of which `rows` have `fields`; `number` is that of the first.

        `verdict` goes with what is hidden inside, `device` with the address. Column by column, for
        there are a million rows.
        """
        if "id" in fields:
            for place, row in enumerate(rows, start=number):
                row.id = f"c{place}"
        if "device" in fields or "address" in fields:
            owners = list(map(self._devices.get, [row.device for row in rows]))
        if "address" in fields:
            label = self._peers.label
            for row, owner in zip(rows, owners, strict=True):
                row.address = owner or label(row.address) or ADDRESS
        if "device" in fields:
            for row, owner in zip(rows, owners, strict=True):
                row.device = owner
        if "peer" in fields:
            peers = self._peers.labels([row.peer for row in rows])
            for row, peer in zip(rows, peers, strict=True):
                row.peer = peer
        if "name" in fields:
            for row in rows:
                if row.name is not None:
                    row.name = None if row.verdict in INSIDE else self._public(row.name)
        if "name_source" in fields:
            for row in rows:
                row.name_source = self._text(row.name_source)
        if "organisation" in fields:
            for row in rows:
                if row.verdict in INSIDE:
                    row.organisation = None
        if "reasons" in fields:
            for row in rows:
                row.reasons = self._reasons(row.reasons)
        if "source" in fields:
            for row in rows:
                row.source = row.source if row.source.isalnum() else ""

    def _talk(self, talk: Conversation, peer: str | None, number: int) -> Conversation:
        inside = talk.verdict in INSIDE
        device = self._devices.get(talk.device or "")
        return replace(
            talk,
            id=f"c{number}",
            device=device,
            address=device or self._peers.label(talk.address) or ADDRESS,
            peer=peer,
            name=None if inside or talk.name is None else self._public(talk.name),
            name_source=self._text(talk.name_source),
            organisation=None if inside else talk.organisation,
            reasons=self._reasons(talk.reasons),
            source=talk.source if talk.source.isalnum() else "",
        )

    def finding(self, finding: Finding) -> Finding:
        """Its id is made anew, for the old one is a hash of what is hidden."""
        device = None if finding.device is None else self._devices.get(finding.device, "device-0")
        title = self._scrub(finding.title)
        return replace(
            finding,
            id=finding_id(finding.rule, device, title),
            title=title,
            device=device,
            detail=_WITHHELD if finding.rule in _QUOTING else self._scrub(finding.detail),
            advice=self._scrub(finding.advice),
            evidence=(),
            references=finding.references,
        )

    def info(self, info: RunInfo) -> RunInfo:
        """Time and status; who allowed the run is only said to be recorded."""
        authority = None if info.authorised_by is None else Authority(name="recorded, withheld")
        return replace(
            info, site=self._site(info.site), scope=self._scope(info.scope), authorised_by=authority
        )

    def _scope(self, scope: ScopeRecord) -> ScopeRecord:
        return replace(
            scope,
            targets=tuple(map(self._network, scope.targets)),
            exclude=tuple(map(self._network, scope.exclude)),
            interfaces=(),
            groups=(),
            sources=tuple(dict.fromkeys("a recorded file" for _ in scope.sources)),
            vantage=None if scope.vantage is None else NAME,
        )

    def _network(self, text: str) -> str:
        return self._networks.get(text, "a network")

    def coverage(self, coverage: Coverage) -> Coverage:
        """Every number, and subnets under labels."""
        return replace(
            coverage,
            methods=tuple(
                replace(method, name=self._method(method.name), reason=self._scrub(method.reason))
                for method in coverage.methods
            ),
            skips=tuple(
                replace(
                    skip,
                    subject=self._scrub(skip.subject),
                    what=self._scrub(skip.what),
                    reason=self._scrub(skip.reason),
                )
                for skip in coverage.skips
            ),
            subnets=tuple(
                replace(
                    subnet,
                    cidr=self._network(subnet.cidr),
                    site=self._site(subnet.site),
                    reason=self._scrub(subnet.reason),
                )
                for subnet in coverage.subnets
            ),
        )

    def _method(self, name: str) -> str:
        """Of `kind: path` the kind alone, but for the tables of countries, which want credit."""
        kind, colon, _ = name.partition(": ")
        return kind if colon and kind != "geo" else self._scrub(name)

    def _public_name(self, name: str) -> str | None:
        return None if is_own_name(name) else self._scrub(name)

    def _all_reasons(self, reasons: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self._scrub, reasons))

    def _some_text(self, text: str | None) -> str | None:
        return None if text is None else self._scrub(text)
