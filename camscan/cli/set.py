"""`camscan set`: a user's own word about a device, kept beside what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from camscan.cli.common import Settings, common_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from camscan.inventory.overrides import Override
    from camscan.model.device import Device


@click.command("set", short_help="Say what a device is.")
@click.argument("name", required=False, metavar="[DEVICE]")
@click.argument("words", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--why", default="", metavar="TEXT", help="The reason; it is kept with the word.")
@click.option("--by", metavar="NAME", help="Who says so.  [default: the user of this machine]")
@click.option(
    "--run",
    "reference",
    default="latest",
    show_default=True,
    metavar="RUN",
    help="The run that DEVICE is in: an id, latest or a JSON file.",
)
@common_options
def set_words(
    settings: Settings,
    *,
    name: str | None,
    words: tuple[str, ...],
    why: str,
    by: str | None,
    reference: str,
) -> int:
    """Say what DEVICE is: its site, name, maker, model, class or a note.

    DEVICE is an address, a MAC, a serial or an id of the run. KEY is site, name, maker (an id of
    camscan fp list), model, class or note; an empty VALUE takes a word back. Every later report
    shows it as yours, with the measured value beside it; journals are not changed. The device is
    known again by its id, MAC, serial or UUID. Without KEY=VALUE: what was said of DEVICE, or of
    all.

    \b
    Examples:
      camscan set 10.20.0.9 site=Harrogate name="Car park 3" --why "walked there, 4 March"
      camscan set c0:56:e3:00:11:22 maker=axis class=camera --by "J. Smith"
      camscan set 10.20.0.9 maker=
      camscan set
    """
    from camscan.cli.runs import find_run
    from camscan.inventory.lookup import device_by_name
    from camscan.inventory.overrides_file import read_overrides, write_overrides
    from camscan.inventory.store import Store

    path = Store(settings.db).overrides_path
    held = read_overrides(path)
    if name is None:
        _show(held, settings)
        return 0
    device = device_by_name(find_run(reference, settings).run, name)
    if not words:
        _show([one for one in held if _about(one, device)], settings)
        return 0
    said = [_word(text, device, settings, why=why, by=by) for text in words]
    replaced = {one.key for one in said}
    kept = [one for one in held if not (_about(one, device) and one.key in replaced)]
    now = [one for one in said if one.value]
    write_overrides(path, [*kept, *now])
    _show(now, settings)
    for one in said:
        if not one.value and settings.format != "json":
            click.echo(f"{one.address or one.device}: {one.key} is what is measured again")
    return 0


def _about(one: Override, device: Device) -> bool:
    from camscan.inventory.overrides import handles

    return one.device == device.id or bool(frozenset(one.keys) & frozenset(handles(device)))


def _word(text: str, device: Device, settings: Settings, *, why: str, by: str | None) -> Override:
    """One KEY=VALUE. Raises UsageError."""
    from datetime import UTC, datetime

    from camscan.cli.who import this_user
    from camscan.errors import UsageError
    from camscan.inventory.overrides import KEYS, Override, handles
    from camscan.model.identity import DeviceClass
    from camscan.report.escape import plain

    key, equals, value = text.partition("=")
    if not equals or key not in KEYS:
        raise UsageError(f"{text}: write KEY=VALUE with a KEY of {', '.join(KEYS)}")
    value = plain(value.strip(), limit=500)
    title = country = ""
    if key == "class" and value and value not in tuple(DeviceClass):
        raise UsageError(f"{text}: a class is one of {', '.join(DeviceClass)}")
    if key == "maker" and value:
        value, title, country = _maker(value, settings)
    return Override(
        device=device.id,
        address=device.addresses[0] if device.addresses else "",
        keys=handles(device),
        key=key,
        value=value,
        title=title,
        country=country,
        by=plain(by if by is not None else this_user(), limit=100),
        at=datetime.now(UTC).replace(microsecond=0),
        why=plain(why.strip(), limit=500),
    )


def _maker(text: str, settings: Settings) -> tuple[str, str, str]:
    """Id, name and country of a maker by its id or name. Raises UsageError."""
    from camscan.cli.data import fingerprints
    from camscan.errors import UsageError

    makers = fingerprints(settings).makers
    wanted = text.casefold()
    for maker in makers.values():
        if wanted in {maker.id.casefold(), maker.name.casefold()}:
            return maker.id, maker.name, maker.country or ""
    raise UsageError(f"maker={text}: no such maker; camscan fp list names them")


def _show(words: Sequence[Override], settings: Settings) -> None:
    from camscan.cli.fp_print import print_json, print_table
    from camscan.errors import UsageError

    if settings.format not in {None, "table", "json"}:
        raise UsageError("camscan set writes --format table or json")
    if settings.format == "json":
        print_json({"said": words})
        return
    if not words:
        return
    columns = ("Device", "Key", "Value", "By", "On", "Why")
    rows = [
        (one.address or one.device, one.key, one.title or one.value, one.by,
         f"{one.at:%Y-%m-%d}", one.why)
        for one in words
    ]  # fmt: skip
    print_table(settings, columns, rows)


set = set_words  # the group looks for the name of the command
