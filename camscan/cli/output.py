"""Reports written where the user asked; a failed write is said, never half done in silence."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from camscan.cli.common import Output, Settings
from camscan.cli.message import say
from camscan.cli.streams import discard_output
from camscan.cli.verdict import Gates
from camscan.errors import LocalFaultError
from camscan.model.contact import Contact
from camscan.model.run import Run


def check_formats(settings: Settings, default: str = "table") -> None:
    """Refuse unknown formats before anything is sent, and say then which one will be skipped.

    Raises UsageError.
    """
    from camscan.report.registry import report
    from camscan.report.unmade import unmade

    wanted = [output.format for output in settings.wanted_outputs(default)]
    for name in wanted:
        report(name)
    for name, reason in unmade(wanted).items():
        _warn(f"{name} will be skipped: {reason}", settings)


def emit(
    run: Run,
    settings: Settings,
    *,
    contacts: Iterable[Contact] | None = None,
    default: str = "table",
    gates: Gates | None = None,
    inventory: str | None = None,
    per_site: bool = False,
) -> None:
    """Write every report that was asked for.

    `inventory` is the JSON file that the run came from; the one that is written now goes before.

    A format that cannot be made on this machine is a Skip in the others. One that cannot be
    written does not keep the others from being written. Raises LocalFaultError that names all that
    could not be written, or where nothing that was asked for can be made.
    """
    from camscan.report.interface import LongReport, ReportInput
    from camscan.report.registry import report
    from camscan.report.unmade import unmade, with_unmade

    gates = gates if gates is not None else Gates()
    outputs = settings.wanted_outputs(default)
    reasons = unmade(output.format for output in outputs)
    skipped = [f"{name} skipped: {reason}" for name, reason in reasons.items()]
    outputs = tuple(output for output in outputs if output.format not in reasons)
    if not outputs:
        raise LocalFaultError("; ".join(skipped))
    run = with_unmade(run, reasons)
    written = (one.path for one in outputs if one.format == "json" and one.path != "-")
    inventory = next(written, inventory)
    faults = []
    for output in outputs:
        to_terminal = output.path == "-"
        source = ReportInput(
            run=run,
            contacts=contacts,
            gate=gates.gate,
            inventory=inventory if inventory is None else _from_here(inventory),
            per_site=per_site,
            allow_empty=gates.allow_empty,
            color=to_terminal and settings.color,
            width=shutil.get_terminal_size().columns if sys.stdout.isatty() else None,
        )
        form = report(output.format)
        try:
            if isinstance(form, LongReport):
                write_all(output, form.chunks(source))
            else:
                write(output, form.render(source))
        except LocalFaultError as fault:
            faults.append(str(fault))
    for text in skipped:
        _warn(text, settings)
    if faults:
        raise LocalFaultError("; ".join(faults))


def _warn(text: str, settings: Settings) -> None:
    say(text, level="warning", json_lines=settings.json_lines)


def _from_here(path: str) -> str:
    """The path from the working folder, where it lies below it: CI jobs run at the root."""
    whole = Path(path).absolute()
    here = Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else path


def write(output: Output, data: bytes) -> None:
    """Standard output, or a file that appears whole or not at all. Raises LocalFaultError."""
    write_all(output, (data,))


def write_all(output: Output, chunks: Iterable[bytes]) -> None:
    """The same for what is made while it is written."""
    path = Path(output.path)
    try:
        if output.path == "-":
            _write_out(chunks)
            return
        if path.exists() and not path.is_file():
            with path.open("wb") as device:
                device.writelines(chunks)
            return
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as handle:
            temporary = Path(handle.name)
            try:
                handle.writelines(chunks)
            except BaseException:
                temporary.unlink()
                raise
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        place = "standard output" if output.path == "-" else path
        raise LocalFaultError(
            f"cannot write {output.format} to {place}: {error.strerror}"
        ) from error


def _write_out(chunks: Iterable[bytes]) -> None:
    try:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except OSError:
        discard_output()
        raise
