"""A run by id, `latest` or JSON file, for every command that reads one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from msgspec import Struct

from camscan.cli.common import Settings
from camscan.errors import StoreError
from camscan.inventory.run_file import read_run
from camscan.inventory.store import Store
from camscan.inventory.streamed import Walk, begin
from camscan.model.contact import Contact
from camscan.model.run import Run


class FoundRun(Struct, frozen=True, kw_only=True):
    """A run and, when it came from its journal, every contact it made."""

    run: Run
    contacts: Iterable[Contact] | None


def find_runs(
    references: Sequence[str], settings: Settings, asked: Sequence[Walk[object]] = ()
) -> FoundRun:
    """The run that is named, or several merged, with the user's words in front.

    What is `asked` of all conversations of one run is begun while it is read. Raises StoreError as
    `find_run`."""
    if len(references) > 1:
        asked = ()
    return merged([find_run(reference, settings, asked) for reference in references], settings)


def merged(found: Sequence[FoundRun], settings: Settings) -> FoundRun:
    """One run as it is, several as one."""
    if len(found) == 1:
        return found[0]
    from camscan import __version__
    from camscan.cli.data import matcher
    from camscan.inventory.combine import combine
    from camscan.inventory.contacts import Contacts
    from camscan.model.run import Tool

    judge = matcher(settings)
    tool = Tool(version=__version__, data=judge.fingerprints.version)
    held = [one.contacts for one in found if one.contacts is not None]
    known = len(held) == len(found)
    contacts = Contacts(lambda: chain.from_iterable(held)) if known else None
    run = combine([one.run for one in found], judge, tool)
    return FoundRun(run=stated(run, settings), contacts=contacts)


def stated(run: Run, settings: Settings) -> Run:
    """The run with what camscan set was told in front. Raises ConfigError."""
    from camscan.inventory.overrides import with_overrides
    from camscan.inventory.overrides_file import read_overrides

    return with_overrides(run, read_overrides(Store(settings.db).overrides_path))


def find_run(reference: str, settings: Settings, asked: Sequence[Walk[object]] = ()) -> FoundRun:
    """Raises StoreError when there is no such run or it was cut off before its end."""
    path = Path(reference)
    if path.is_file() or path.suffix == ".json":
        try:
            run = read_run(path, reference, found=lambda talks: begin(talks, asked))
            return FoundRun(run=stated(run, settings), contacts=None)
        except OSError as error:
            raise StoreError(f"cannot read {reference}: {error.strerror}") from error
    store = Store(settings.db)
    ended = store.ended_run(reference)
    if ended is None:
        name = store.journal_path(reference).stem
        raise StoreError(
            f"the run {name} was cut off before its end: camscan scan --resume {name} goes on"
        )
    return FoundRun(run=stated(ended, settings), contacts=store.contacts(reference))
