"""`--kev-file`: a newer catalogue of CISA than the advisories were made with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.errors import SourceError

if TYPE_CHECKING:
    from camscan.lists.kev import Catalogue

kev_option = click.option(
    "--kev-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Your newer copy of CISA's known_exploited_vulnerabilities.json.",
)


def read_kev(path: Path | None) -> Catalogue | None:
    """The catalogue of a file. Raises SourceError when it is none."""
    if path is None:
        return None
    from camscan.lists.kev import LIMIT, Malformed, parse_kev

    try:
        with path.open("rb") as handle:
            data = handle.read(LIMIT + 1)
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error
    found = parse_kev(data)
    if isinstance(found, Malformed):
        raise SourceError(f"{path}: {found.reason}")
    return found
