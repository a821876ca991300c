"""The files of fingerprints/egress/: whose they are, and what they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from camscan.errors import DataError
from camscan.matching.data import DataFile
from camscan.matching.destination import Destination, DestinationTable, build_destination
from camscan.matching.library import Library, LibraryTable, build_library
from camscan.matching.public_service import PublicService, ServiceTable, build_service
from camscan.matching.read import read


class EgressHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[egress]` as it is written.

    `maker` is a maker or a brand; `operator` is who runs a cloud or writes a library for several
    of them and makes no cameras, with its `name` and `country`. Public services have neither.
    """

    reviewed: date
    maker: str = ""
    operator: str = ""
    name: str = ""
    country: str | None = None
    sources: tuple[str, ...] = ()
    note: str = ""


class EgressFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of egress/ as it is written."""

    egress: EgressHead
    destination: tuple[DestinationTable, ...] = ()
    library: tuple[LibraryTable, ...] = ()
    service: tuple[ServiceTable, ...] = ()


class Operator(Struct, frozen=True, kw_only=True):
    """Who runs a cloud for several makers."""

    id: str
    name: str
    country: str | None
    file: str


class EgressData(Struct, frozen=True, kw_only=True):
    """Everything that the files of egress/ say."""

    destinations: tuple[Destination, ...] = ()
    libraries: tuple[Library, ...] = ()
    services: tuple[PublicService, ...] = ()
    operators: tuple[Operator, ...] = ()


def read_egress(files: Iterable[DataFile]) -> EgressData:
    """What `files` hold, in their order; DataError names file and table."""
    destinations: list[Destination] = []
    libraries: list[Library] = []
    services: list[PublicService] = []
    operators: list[Operator] = []
    for file in files:
        table = read(file, EgressFile)
        head = table.egress
        owner = head.maker or head.operator
        if head.maker and head.operator:
            raise DataError(f"{file.name}: give `maker` or `operator`, not both")
        if not owner and (table.destination or table.library):
            raise DataError(f"{file.name}: neither `maker` nor `operator`: whose are they?")
        if head.operator:
            if not head.name:
                raise DataError(f"{file.name}: the operator `{head.operator}` has no `name`")
            operators.append(
                Operator(id=owner, name=head.name, country=head.country, file=file.name)
            )
        destinations += [
            build_destination(entry, maker=owner, file=file.name) for entry in table.destination
        ]
        libraries += [build_library(entry, maker=owner, file=file.name) for entry in table.library]
        services += [build_service(entry, file=file.name) for entry in table.service]
    return EgressData(
        destinations=tuple(destinations),
        libraries=tuple(libraries),
        services=tuple(services),
        operators=tuple(operators),
    )
