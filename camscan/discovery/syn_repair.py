"""After a raw sweep: a sample asked again, and every silent pair where the sample shows loss."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from camscan.discovery.syn_again import Finished, lane_and_mac
from camscan.discovery.syn_run import GRACE, SAMPLE_ATTEMPT, SynRun
from camscan.net.syn_round import Round

Pairs = Sequence[tuple[int, int]]
_FIRST_ATTEMPT = 3


async def ask_sample(run: SynRun, *samples: Pairs) -> set[tuple[int, int]]:
    """Ask each (number of the target list, number of the port) once more; answers that come are
    in `run.sampled` when this returns. Those that were asked: not a host that somebody talks to.
    """
    by_lane: dict[int, dict[int, bytes]] = defaultdict(dict)
    ports: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, number in (pair for sample in samples for pair in sample):
        reached = lane_and_mac(run.finished, index)
        if reached is not None and reached[1].any():
            by_lane[reached[0]][index] = reached[1].tobytes()
            ports[reached[0]][number].append(index)
    asked: set[tuple[int, int]] = set()
    with contextlib.ExitStack() as shared:
        rounds = []
        for lane, macs in by_lane.items():
            indices = np.asarray(sorted(macs), dtype=np.int64)
            raw = b"".join(macs[int(index)] for index in indices)
            table = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 6)
            targets = shared.enter_context(run.shared(lane, indices, table))
            for number, wanted in ports[lane].items():
                one = Round(
                    targets=targets,
                    rows=np.searchsorted(indices, np.asarray(wanted, dtype=np.int64)),
                    port=run.ports[number],
                    number=number,
                    attempt=SAMPLE_ATTEMPT,
                )
                rounds.append((indices, one))
        await asyncio.gather(*(run.send(one, indices=indices) for indices, one in rounds))
        for indices, one in rounds:
            left = indices[one.rows[one.gone]]
            asked.update((int(index), one.number) for index in left)
    if rounds:
        await run.answers(lambda: asked <= run.sampled and run.all_answered)
    return asked


async def repair(run: SynRun, needed: int) -> None:
    """Ask all silent pairs of parts that had fewer than `needed` more passes."""
    asked = 0
    for turn in range(needed):
        for one in [part for part in run.finished if part.passes <= turn]:
            asked += await _pass(run, one, _FIRST_ATTEMPT + turn)
            one.passes += 1
        await asyncio.sleep(GRACE)
    if asked:
        run.pace.reasons.append(f"{asked} silent ports were asked again for the loss that showed")


async def _pass(run: SynRun, one: Finished, attempt: int) -> int:
    indices = one.indices()
    asked = 0
    with run.shared(one.lane, indices, one.macs()) as targets:
        for number, port in enumerate(run.ports):
            rows = one.silent(number)
            rows = rows[targets.macs[rows].any(axis=1)]
            if len(rows):
                sent = await run.send(
                    Round(targets=targets, rows=rows, port=port, number=number, attempt=attempt),
                    indices=indices,
                )
                asked += sent.sent
    return asked
