"""`camscan geo`: which tables of countries and networks are used, what they say, newer ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.traffic_options import geo_option
from camscan.errors import UsageError

if TYPE_CHECKING:
    from camscan.egress.tables.install import Checked
    from camscan.egress.tables.installed import Installed

FORMATS = ("table", "json", "jsonl")


@click.group(
    short_help="Tables of countries and networks.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@common_options
@click.pass_context
def geo(context: click.Context, settings: Settings) -> None:
    """Where an address is and who runs its network: the tables behind `camscan egress`.

    \b
    Examples:
      camscan geo info
      camscan geo info 47.88.59.209 2001:4860:4860::8888
      camscan geo update dbip-country-lite-2026-11.mmdb.gz
      camscan geo update --dbip
    """
    context.obj = settings


@geo.command("info", short_help="Which tables are in use, and what they say of an address.")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS...]")
@geo_option
@common_options
def info(settings: Settings, addresses: tuple[str, ...], databases: tuple[Path, ...]) -> None:
    """Name every table in use: date, age, licence, whom to credit, size, where it comes from.

    With addresses, both facts for each: where it is located, and who runs its network and where
    that is registered; which table says so, and of when; anycast; what kind of address it is when
    no table is asked. - reads one address a line from standard input. Nothing is sent and no name
    is looked up.

    \b
    Examples:
      camscan geo info --format json
      camscan geo info 36.110.220.15 --geo-db GeoLite2-Country.mmdb
      camscan geo info - --format jsonl < addresses.txt
    """
    from datetime import UTC, datetime

    from camscan.cli.geo_print import print_addresses, print_info
    from camscan.egress.geo import Geo

    wanted = _wanted_format(settings)
    tables = Geo(databases)
    if wanted == "jsonl" and addresses:
        print_addresses(tables, addresses)
    else:
        print_info(tables, addresses, settings, wanted, datetime.now(UTC))


@geo.command("update", short_help="Install newer tables, from files or, if you say so, the web.")
@click.argument("tables", nargs=-1, metavar="[FILE|URL...]")
@click.option("--dbip", is_flag=True, help="Download DB-IP's free tables of this month.")
@click.option("--previous", is_flag=True, help="Use the tables before the last change again.")
@click.option("--reset", is_flag=True, help="Go back to the embedded tables.")
@click.option("--check", is_flag=True, help="Check only; install nothing.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The data's date, for a CSV file whose name has none.",
)
@click.option("--allow-older", is_flag=True, help="Also when it is older than what is in use.")
@common_options
def update(settings: Settings, tables: tuple[str, ...], **given: object) -> None:
    """Check tables and install them in the user's data folder; the ones before are kept.

    FILE is what a publisher ships: MMDB or CSV of DB-IP Lite, MaxMind GeoLite2 or IPinfo Lite,
    as it is or packed (.gz, .tar.gz). A table must know a list of addresses whose country and
    network are known, and must not be older than the one it replaces. All are installed or none.

    Only this command downloads, and only what you name: an https URL, or --dbip for
    download.db-ip.com. Using DB-IP's free tables you agree to CC BY 4.0 and credit DB-IP.

    \b
    Examples:
      camscan geo update GeoLite2-Country_20261124.tar.gz GeoLite2-ASN_20261124.tar.gz
      camscan geo update ipinfo_lite.csv.gz --date 2026-11-26
      camscan geo update --dbip
      camscan geo update --previous
      camscan geo update --reset
    """
    from camscan.cli.geo_print import print_installed
    from camscan.egress.tables.installed import Installed

    wanted = _wanted_format(settings)
    asked = [name for name in ("dbip", "previous", "reset") if given[name]]
    if len(asked) + bool(tables) != 1:
        raise UsageError("geo update: give FILE or URL, or one of --dbip, --previous, --reset")
    installed = Installed()
    if given["previous"]:
        print_installed(installed.back(), (), wanted)
    elif given["reset"]:
        print_installed(installed.reset(), (), wanted)
    else:
        _take(installed, tables, settings, wanted, given)


def _take(
    installed: Installed,
    tables: tuple[str, ...],
    settings: Settings,
    wanted: str,
    given: dict[str, object],
) -> None:
    """Fetch, check and install; nothing is changed when one of the tables is refused."""
    from datetime import UTC, datetime

    from camscan.cli.geo_print import print_installed
    from camscan.cli.message import say
    from camscan.egress.tables.fetch import fetch, fetch_dbip
    from camscan.egress.tables.install import Offer, check, refuse_older

    def tell(text: str) -> None:
        if not settings.quiet:
            say(text, json_lines=settings.json_lines)

    now = datetime.now(UTC)
    day = given["day"].date() if isinstance(given["day"], datetime) else None
    with installed.workplace() as place:
        offers: list[Offer] = []
        if given["dbip"]:
            offers.extend(fetch_dbip(place, now.date(), tell))
        for number, table in enumerate(tables):
            if "://" in table:
                offer = fetch(table, place / f"download-{number}", tell)
                offers.append(Offer(offer.path, offer.name, offer.shown, day or offer.day))
            else:
                path = Path(table)
                offers.append(Offer(path, path.name, path.name, day))
        checked: list[Checked] = []
        for number, offer in enumerate(offers):
            tell(f"checking {offer.shown}")
            checked.append(check(offer, place / f"table-{number}", now))
        if not given["allow_older"]:
            refuse_older(checked, installed)
        if given["check"]:
            tell("checked only: nothing was installed")
            record = installed.record()
        else:
            record = installed.install([(each.entry, each.place) for each in checked])
    print_installed(record, checked, wanted)


def _wanted_format(settings: Settings) -> str:
    wanted = settings.format or "table"
    if wanted not in FORMATS:
        raise UsageError(f"--format {wanted}: geo writes {', '.join(FORMATS)}")
    return wanted
