"""A context is complete, frozen, and closes what it opened."""

from __future__ import annotations

import asyncio
import dataclasses
import subprocess
import sys

import pytest

from camscan.probes.context import utc_now


def test_build_context(bench):
    async def go():
        async with bench.context(swept=frozenset({80})) as ctx:
            assert ctx.swept == {80}
            assert ctx.gate._value == 128
            with pytest.raises(dataclasses.FrozenInstanceError):
                ctx.profile = None
        return ctx

    assert asyncio.run(go()).http.is_closed


def test_utc_now_is_aware():
    assert utc_now().utcoffset().total_seconds() == 0


def test_the_port_plan_does_not_load_httpx():
    code = "import sys, camscan.probes.plan, camscan.probes.context; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_proxies_of_the_environment_are_ignored(bench, answering, page, monkeypatch):
    from camscan.probes.http import HttpProbe

    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.88.0.1:3128")

    async def go():
        async with bench.context() as ctx, answering(page("x"), "127.77.7.1") as device:
            return await HttpProbe(tls=False).run(ctx, "127.77.7.1", device.port)

    assert asyncio.run(go()).service == "http"
    assert {contact.address for contact in bench.contacts} == {"127.77.7.1"}
