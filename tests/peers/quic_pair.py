"""A QUIC server or client of aioquic: `quic_pair.py server ADDRESS PORT CERTIFICATE KEY`, or
`quic_pair.py client ADDRESS PORT NAME v1|v2`, which sends a line and reads it back."""

from __future__ import annotations

import asyncio
import ssl
import sys

from aioquic.asyncio import connect, serve
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.packet import QuicProtocolVersion

VERSIONS = {"v1": QuicProtocolVersion.VERSION_1, "v2": QuicProtocolVersion.VERSION_2}


async def server(address: str, port: str, certificate: str, key: str) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read())
        writer.write_eof()

    configuration = QuicConfiguration(is_client=False, alpn_protocols=["echo"])
    configuration.load_cert_chain(certificate, key)
    pending: set[asyncio.Task[None]] = set()
    await serve(
        address,
        int(port),
        configuration=configuration,
        stream_handler=lambda reader, writer: pending.add(
            asyncio.ensure_future(echo(reader, writer))
        ),
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def client(address: str, port: str, name: str, version: str) -> None:
    configuration = QuicConfiguration(
        alpn_protocols=["echo"], server_name=name, verify_mode=ssl.CERT_NONE
    )
    configuration.original_version = VERSIONS[version]
    configuration.supported_versions = [VERSIONS[version]]
    async with connect(address, int(port), configuration=configuration) as connection:
        reader, writer = await connection.create_stream()
        writer.write(b"hello" * 400)
        writer.write_eof()
        assert await reader.read() == b"hello" * 400


if __name__ == "__main__":
    asyncio.run({"server": server, "client": client}[sys.argv[1]](*sys.argv[2:]))
