"""The description of a device, fetched from the very address that announced it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from camscan.model.status import Status
from camscan.probes.upnp import Description, UpnpProbe, descriptions

SAMPLES = {
    row["id"]: row["data"]
    for row in map(
        json.loads,
        (Path(__file__).parents[1] / "protocols" / "data" / "samples.jsonl")
        .read_text("utf-8")
        .splitlines(),
    )
}


def test_port_and_path_of_a_location() -> None:
    found, skips = descriptions(
        "10.0.0.5",
        ["http://10.0.0.5:49152/rootdesc1.xml", "http://10.0.0.5/d/device.xml", "http://[::1"],
    )
    assert found == (Description(49152, "/rootdesc1.xml"), Description(80, "/d/device.xml"))
    assert skips == ()


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.5:49152/upnp_eth0.xml",
        "http://10.0.0.5:49152/UPNP_ETH0.XML",
        "http://10.0.0.5/reboot.xml",
        "http://10.0.0.5/cgi-bin/d.xml",
        "http://10.0.0.5/d.xml?action=reset",
        "http://10.0.0.5/a/../d.xml",
        "http://10.0.0.5/description",
        "http://10.0.0.5:9100/d.xml",
        "http://10.0.0.5/%2e/d.xml",
        "http://10.0.0.5",
    ],
)
def test_what_is_no_plain_description_is_a_skip(location: str) -> None:
    found, (skip,) = descriptions("10.0.0.5", [location])
    assert found == ()
    assert skip.subject == "10.0.0.5"
    assert "no plain path" in skip.reason


def test_a_device_with_many_descriptions_is_asked_for_two() -> None:
    found, _ = descriptions("10.0.0.5", [f"http://10.0.0.5/{n}.xml" for n in range(9)])
    assert len(found) == 2


def fetched(rig: Any, body: str, status: str = "200 OK") -> tuple[Any, list[bytes]]:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        data = body.encode()
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Length: {len(data)}\r\n"
            "Location: http://127.0.0.9/other.xml\r\n\r\n".encode()
            + data
        )
        await writer.drain()
        writer.close()

    async def go() -> Any:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            ctx = rig()
            try:
                return await UpnpProbe(Description(port, "/rootdesc1.xml")).run(
                    ctx, "127.0.0.1", port
                )
            finally:
                await ctx.aclose()

    return asyncio.run(go()), asked


@pytest.fixture
def rig() -> Any:
    from camscan.net.dialer import Dialer
    from camscan.net.limits import Limits
    from camscan.net.profile import PROFILES
    from camscan.probes.context import build_context
    from camscan.scope import build_scope

    def make() -> Any:
        dialer = Dialer(build_scope(["127.0.0.1"]), limits=Limits(), profile=PROFILES["thorough"])
        return build_context(dialer, profile=PROFILES["thorough"])

    return make


def test_a_real_description_is_evidence(rig: Any) -> None:
    result, (request,) = fetched(rig, SAMPLES["upnp-desc-axis-m1014"])
    assert request.startswith(b"GET /rootdesc1.xml HTTP/1.1\r\n")
    said = {e.field: e.value for e in result.evidence}
    assert said["upnp.manufacturer"] == "AXIS"
    assert said["upnp.model_number"] == "M1014"
    assert (result.status, result.service) == (Status.OK, "upnp")
    assert {e.method for e in result.evidence} == {"upnp"}


@pytest.mark.parametrize(
    ("body", "status"), [("<html>no</html>", "200 OK"), ("", "302 Found"), ("\x00", "404 No")]
)
def test_anything_else_says_nothing_and_is_not_followed(rig: Any, body: str, status: str) -> None:
    result, asked = fetched(rig, body, status)
    assert result.evidence == ()
    assert result.service is None
    assert len(asked) == 1


def test_a_closed_port_is_not_reached(rig: Any) -> None:
    async def go() -> Any:
        ctx = rig()
        result = await UpnpProbe(Description(1, "/d.xml")).run(ctx, "127.0.0.1", 1)
        await ctx.aclose()
        return result

    result = asyncio.run(go())
    assert (result.reached, result.status) == (False, Status.REFUSED)
