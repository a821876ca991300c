"""Listening: nothing is ever sent."""

from __future__ import annotations

import asyncio
import time

import pytest

from camscan.model.status import Status
from camscan.probes.banner import BannerProbe

HOST = "127.77.0.3"


def run(bench, block, **limits):
    async def go():
        async with bench.context(**limits) as ctx, block as device:
            return await BannerProbe().run(ctx, HOST, device.port), device

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("greeting", "field", "value"),
    [
        (b"220 Camera FTP server ready\r\n", "ftp.banner", "220 Camera FTP server ready"),
        (b"SSH-2.0-dropbear_2019.78\r\n", "ssh.banner", "SSH-2.0-dropbear_2019.78"),
        (b"\xff\xfd\x01\r\nLocalHost login: ", "telnet.banner", "LocalHost login:"),
    ],
)
def test_greetings(bench, serve, greeting, field, value):
    got = bytearray()

    async def handler(reader, writer):
        writer.write(greeting)
        await writer.drain()
        got.extend(await reader.read(100))

    result, _ = run(bench, serve(handler, HOST))
    assert [(e.field, e.value) for e in result.evidence] == [(field, value)]
    assert result.service == field.split(".")[0]
    assert got == b""


@pytest.mark.alone
def test_silence_takes_a_second_and_sends_nothing(bench, serve):
    got = bytearray()

    async def handler(reader, writer):
        got.extend(await reader.read(100))

    began = time.monotonic()
    result, _ = run(bench, serve(handler, HOST))
    assert 0.8 < time.monotonic() - began < 2.5
    assert result.status is Status.NOT_TRIED
    assert result.evidence == ()
    assert got == b""


def test_mail_and_rubbish_say_nothing(bench, serve):
    async def handler(reader, writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()

    result, _ = run(bench, serve(handler, HOST))
    assert result.evidence == ()
    assert result.status is Status.MALFORMED


def test_closes_at_once(bench, serve):
    async def handler(reader, writer):
        return

    result, _ = run(bench, serve(handler, HOST))
    assert result.status is Status.CLOSED
    assert result.reached


@pytest.mark.alone
def test_a_flood_ends_after_a_second(bench, serve):
    async def handler(reader, writer):
        while True:
            writer.write(b"z" * 1000)
            await writer.drain()
            await asyncio.sleep(0.05)

    began = time.monotonic()
    result, _ = run(bench, serve(handler, HOST))
    assert time.monotonic() - began < 2.5
    assert result.evidence == ()
