"""NetFlow v5, v9 and IPFIX as nfcapd and nfpcapd keep them, read by nfdump.

The magic number of these files is 0xA50C. Sources: nfdump's documentation (nfdump(1)), files made
by its nfpcapd and nfcapd 1.7.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from camscan.sources.flows import nfdump_run
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.one_way import OneWay, OneWayFlows
from camscan.sources.flows.source import Reading
from camscan.sources.source_file import SourceFile

NAME = "nfdump"
_MAGIC = b"\x0c\xa5"
_MAGIC_SWAPPED = b"\xa5\x0c"
_FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32, "E": 64, "C": 128}
_SAMPLED = "packets and bytes are scaled up from samples, and small connections may be missing"
_NO_MAC = "00:00:00:00:00:00"


def sniff(head: bytes) -> bool:
    """True for the magic number with one of the layouts 1 and 2."""
    order = "little" if head[:2] == _MAGIC else "big"
    if head[:2] not in (_MAGIC, _MAGIC_SWAPPED):
        return False
    return int.from_bytes(head[2:4], "little" if order == "little" else "big") in (1, 2)


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read files oldest first; SourceError when nfdump is missing."""
    program = nfdump_run.find_nfdump()
    ledger = reading.ledger(NAME, unit="flow records")
    ledger.loses_in_gaps = True
    flows = OneWayFlows(ledger)
    wanted = nfdump_run.filter_text(reading.keep.addresses, reading.keep.macs)
    with tempfile.TemporaryDirectory(prefix="camscan-nfdump-") as name:
        folder = Path(name)
        filter_path = folder / "filter" if wanted else None
        if filter_path is not None:
            filter_path.write_text(wanted, encoding="ascii")
        found = [
            (_summary(program, path), file, path)
            for file, path in ((file, _on_disk(file, folder, n)) for n, file in enumerate(files))
        ]
        found.sort(key=lambda each: _start(each[0]))
        for told, file, path in found:
            ledger.open(file.name)
            if isinstance(told, str):
                ledger.close(problem=told)
                continue
            ledger.saw(told.flows, told.first, told.last)
            for sampler in nfdump_run.samplers(program, path)[:5]:
                ledger.skip("sampling", f"{_SAMPLED} ({sampler})")
            problem = _read_file(program, path, filter_path, flows, ledger)
            ledger.close(problem=problem, lost=told.lost)
    flows.finish()


def _start(told: nfdump_run.Summary | str) -> float:
    return 0.0 if isinstance(told, str) or told.first is None else told.first


def _summary(program: str, path: Path) -> nfdump_run.Summary | str:
    try:
        return nfdump_run.summary(program, path)
    except nfdump_run.NfdumpError as error:
        return str(error)


def _on_disk(file: SourceFile, folder: Path, number: int) -> Path:
    """A file that nfdump can open: a packed one, or standard input, is written out."""
    with file.open() as stream:
        if file.path is not None and not stream.packed:
            return file.path
        path = folder / str(number)
        with path.open("wb") as copy:
            while piece := stream.chunk():
                copy.write(piece)
    return path


def _read_file(
    program: str, path: Path, filter_path: Path | None, flows: OneWayFlows, ledger: FlowLedger
) -> str | None:
    """Why the file ended early, or None."""
    try:
        with nfdump_run.records(program, path, filter_path) as lines:
            for number, line in enumerate(lines, start=1):
                record = parse_line(line)
                if isinstance(record, str):
                    ledger.bad(f"record {number}", record)
                elif record is not None:
                    flows.add(record)
    except nfdump_run.NfdumpError as error:
        return str(error)
    return None


def parse_line(line: bytes) -> OneWay | str | None:
    """One line of nfdump_run.FIELDS; in words why it is none, None for nfdump's own remarks."""
    parts = line.decode("ascii", "replace").split("|")
    if len(parts) != 13:
        text = line.strip()
        return None if not text or text.startswith(b"No matching") else "is not what was asked for"
    first, last, protocol, source, source_port, peer, port, flags, *rest = (
        part.strip() for part in parts
    )
    packets, size, back_packets, back_size, mac = rest
    try:
        begun = float(first)
        ended = float(last.partition(".")[0])  # 1.7.1 prints a wrong fraction here
        if not (0 <= begun < 1e11 and 0 <= ended < 1e11):
            return "its time is out of range"
        return OneWay(
            begun,
            max(begun, ended),
            protocol.lower(),
            source,
            int(source_port),
            peer,
            port_of(port),
            flags_of(flags),
            int(packets),
            int(size),
            int(back_packets),
            int(back_size),
            None if mac == _NO_MAC else mac,
        )
    except ValueError:
        return "holds what is no number"


def port_of(text: str) -> int:
    """A port, or ICMP's type and code, which nfdump writes as `8.0`, as type * 256 + code."""
    kind, dot, code = text.partition(".")
    number = int(kind) * 256 + int(code) if dot else int(kind)
    if not 0 <= number <= 65_535:
        raise ValueError(text)
    return number


def flags_of(text: str) -> int | None:
    """The flags of TCP, written as letters (`...AP.SF`) or as a number; None when unreadable."""
    if text.lower().startswith("0x"):
        return int(text, 16)
    if text.isdigit():
        return int(text)
    if not all(letter == "." or letter in _FLAGS for letter in text):
        return None
    return sum(_FLAGS[letter] for letter in set(text) - {"."})
