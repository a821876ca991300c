"""The command line: `camscan COMMAND`; every command is loaded only when it is called."""

from __future__ import annotations

import gc
import os
import sys

import click

from camscan import __version__
from camscan.cli.collecting import seldom_collected
from camscan.cli.common import Settings, common_options
from camscan.cli.lazy import LazyGroup
from camscan.cli.message import fault
from camscan.cli.streams import discard_output, open_closed_streams, prepare_output
from camscan.errors import CamscanError, LocalFaultError

INTERRUPTED = 130


@click.group(
    cls=LazyGroup,
    commands_in="camscan.cli",
    command_names={
        "scan": "Scan a network: find every camera, name its maker, say why.",
        "identify": "Judge recorded answers (JSON Lines, pasted banners) without a network.",
        "egress": "Read captures: whom do the cameras talk to, and what is unexpected?",
        "watch": "Watch an interface or NetFlow: tell unexpected calls as they begin.",
        "report": "Write a run again in any format, or several merged.",
        "list": "List the devices of a run, by maker, class, subnet, site or finding.",
        "diff": "Show what changed from one run to another.",
        "history": "Follow one device through all runs that are kept.",
        "set": "Say what a device is: site, name, maker, model, class, note.",
        "baseline": "Name the run that --baseline latest compares with.",
        "explain": "Show the evidence behind what a run says of one device.",
        "fp": "List, show, check and extend the fingerprints.",
        "lists": "Procurement lists and advisories: what they say, as of when, by whom.",
        "geo": "Tables of countries and networks: which, how old; take newer ones.",
        "db": "Runs that are kept: how many, prune, back up, check.",
        "lab": "Simulated cameras: for demos, CI jobs and tests.",
        "doctor": "What this machine and user can do, and what is lost without it.",
        "schema": "Print the JSON Schema of a run or of camscan.toml.",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: camscan lab demo   (simulated)   or   camscan scan --plan 10.20.0.0/24",
)
@click.version_option(__version__, "-V", "--version", message="%(version)s", prog_name="camscan")
@common_options
@click.pass_context
def cli(context: click.Context, settings: Settings) -> None:
    """Find every camera on a network, name who really made it, and say whom it talks to.

    camscan sends only read-only queries without credentials, and only to the targets you name.
    """
    context.obj = settings


def main() -> None:
    """Run and exit: local faults become one line and the exit code of their kind."""
    # numpy's linear algebra, which nothing here uses, starts a thread for each core otherwise.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    seldom_collected()
    open_closed_streams()
    prepare_output()
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        fault("interrupted")
        sys.exit(INTERRUPTED)
    except CamscanError as error:
        fault(str(error))
        sys.exit(error.exit_code)
    except OSError as error:
        discard_output()
        fault(f"cannot go on: {error.filename or 'standard output'}: {error.strerror or error}")
        sys.exit(LocalFaultError.exit_code)
    gc.freeze()  # else the interpreter looks through all that is held for cycles before it ends
    sys.exit(code if isinstance(code, int) else 0)
