"""The files of lists/, advisories/, lifecycle/ and defaults/ into `Lists`; DataError names file and
table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from camscan.errors import DataError
from camscan.lists.advisory import Advisory, AdvisoryFile, build_advisories
from camscan.lists.factory_address import AddressFile, FactoryAddresses, build_addresses
from camscan.lists.kev import Catalogue
from camscan.lists.lifecycle import EndOfLife, LifecycleFile, build_lifecycle
from camscan.lists.procurement import Affiliate, ListFile, ProcurementList, build_list
from camscan.matching.data import DataFile
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.read import read
from camscan.model.finding import Severity

AFFILIATES = "lists/affiliates.toml"
_WEIGHTS = ("instruction", "measure", "report", "proposal")


class Lists(Struct, frozen=True, kw_only=True):
    """All lists, those of the United Kingdom first, all advisories, ends of support and factory
    addresses, and what they are read with.

    `severities` is the user's word on how severe a match with a list is, by its id.
    """

    lists: tuple[ProcurementList, ...]
    affiliates: tuple[Affiliate, ...]
    advisories: tuple[Advisory, ...]
    fingerprints: Fingerprints
    ends: tuple[EndOfLife, ...] = ()
    addresses: tuple[FactoryAddresses, ...] = ()
    severities: Mapping[str, Severity] = {}


def read_lists(files: Iterable[DataFile], fingerprints: Fingerprints) -> Lists:
    """What `files` hold. Raises DataError, also for an id that stands twice."""
    lists: list[ProcurementList] = []
    affiliates: list[Affiliate] = []
    advisories: list[Advisory] = []
    ends: list[EndOfLife] = []
    addresses: list[FactoryAddresses] = []
    for file in files:
        if file.kind == "advisories":
            advisories += build_advisories(read(file, AdvisoryFile), file=file.name)
        elif file.kind == "lifecycle":
            ends += build_lifecycle(read(file, LifecycleFile), file=file.name)
        elif file.kind == "defaults":
            addresses += build_addresses(read(file, AddressFile), file=file.name)
        elif file.name == AFFILIATES:
            affiliates += read(file, ListFile).affiliate
        elif file.kind == "lists":
            lists.append(build_list(read(file, ListFile), file=file.name))
    _distinct([(each.id, each.file) for each in lists])
    _distinct([(f"{each.id} ({each.subject})", each.file) for each in advisories])
    _distinct([(f"end {each.id}", each.file) for each in ends])
    lists.sort(key=lambda each: (not each.home, _WEIGHTS.index(each.head.weight), each.id))
    return Lists(
        lists=tuple(lists),
        affiliates=tuple(affiliates),
        advisories=tuple(advisories),
        fingerprints=fingerprints,
        ends=tuple(ends),
        addresses=tuple(addresses),
    )


def lists_of(fingerprints: Fingerprints) -> Lists:
    """The lists and advisories that lie beside the fingerprints. Raises DataError."""
    return read_lists(fingerprints.list_files, fingerprints)


def with_catalogue(data: Lists, catalogue: Catalogue) -> Lists:
    """The same with another KEV catalogue: what it lists is known-exploited, and since when.

    What it does not list keeps its entry: the catalogue only ever grows, and a file may be cut.
    """
    found = []
    for each in data.advisories:
        added = catalogue.added.get(each.id)
        if added is not None:
            others = [source for source in each.source if not source.startswith("kev:")]
            each = msgspec.structs.replace(
                each,
                kind="known-exploited",
                kev_added=added,
                source=(f"kev: catalogue {catalogue.version}", *others),
            )
        found.append(each)
    return msgspec.structs.replace(data, advisories=tuple(found))


def _distinct(names: Iterable[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for name, file in names:
        if name in seen:
            raise DataError(f"{file}: {name} is already in {seen[name]}")
        seen[name] = file
