"""One host from a queue of ports: order, bounds, leaving alone, cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time

import pytest

from camscan.probes.host import HostEnd, probe_host

RTSP = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: cam\r\n\r\n"
CLOCK = (
    b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
    b'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><e:Body>'
    b"<tds:GetHostnameResponse/></e:Body></e:Envelope>"
)


class Told:
    """What inquiries heard: first, and in the end."""

    def __init__(self, first=(), last=None):
        self._first, self._last = first, first if last is None else last

    async def xaddrs(self, *, last):
        return self._last if last else self._first

    async def locations(self):
        return ()


class Log:
    def __init__(self):
        self.evidence = []
        self.skips = []
        self.services = []

    def fields(self):
        return {e.field for e in self.evidence}

    async def probe(self, ctx, host, ports, *, end=True, leads=None):
        queue = asyncio.Queue()
        for port in ports:
            queue.put_nowait(port)
        if end:
            queue.put_nowait(None)
        return await probe_host(
            ctx,
            host,
            queue,
            on_evidence=self.evidence.append,
            on_skip=self.skips.append,
            on_service=lambda port, service: self.services.append((port, service)),
            leads=leads,
        )


def camera(page):
    def answer(request):
        if request.startswith(b"GET"):
            return page("<title>cam</title>")
        if request.startswith(b"POST"):
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(CLOCK) + CLOCK
        return RTSP

    return answer


def test_whole_host_in_order(bench, answering, page, serve):
    host = "127.77.5.1"
    log = Log()

    async def go():
        async with contextlib.AsyncExitStack() as stack:
            ctx = await stack.enter_async_context(bench.context())
            for port in (8080, 8554):
                await stack.enter_async_context(answering(camera(page), host, port=port))
            for port in (9000, 37777):

                async def silent(reader, writer):
                    assert await reader.read(100) == b""

                await stack.enter_async_context(serve(silent, host, port=port))
            return await log.probe(ctx, host, [37777, 9000, 8554, 8080, 8080])

    assert asyncio.run(go()) is HostEnd.DONE
    assert log.skips == []
    assert log.services == [(8080, "http"), (8554, "rtsp"), (8080, "onvif")]
    order = list(dict.fromkeys(contact.port for contact in bench.contacts))
    assert order == [8080, 8554, 9000]
    assert bench.queries[0] == "http GET /"
    assert {"http.title", "rtsp.server", "onvif.namespace"} <= log.fields()
    assert bench.queries.index("listen") < bench.queries.index("onvif GetSystemDateAndTime")


def test_ports_that_arrive_late(bench, answering, page):
    host = "127.77.5.2"
    log = Log()

    async def go():
        queue = asyncio.Queue()
        async with (
            bench.context() as ctx,
            answering(camera(page), host, port=8080),
            answering(camera(page), host, port=8554),
        ):
            queue.put_nowait(8554)
            task = asyncio.create_task(
                probe_host(
                    ctx, host, queue, on_evidence=log.evidence.append, on_skip=log.skips.append
                )
            )
            while "rtsp.server" not in log.fields():
                await asyncio.sleep(0.01)
            assert not task.done()
            queue.put_nowait(8080)
            while "http.title" not in log.fields():
                await asyncio.sleep(0.01)
            assert "onvif.namespace" not in log.fields()
            queue.put_nowait(None)
            return await task

    assert asyncio.run(go()) is HostEnd.DONE
    assert "onvif.namespace" in log.fields()


def test_one_connection_at_a_time(bench, serve, page):
    host = "127.77.5.3"
    log = Log()
    open_now = most = 0

    async def handler(reader, writer):
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            writer.write(RTSP if request.startswith((b"O", b"D")) else page("x"))
            await writer.drain()
            await reader.read(10)
        finally:
            open_now -= 1

    async def go():
        async with (
            bench.context() as ctx,
            serve(handler, host, port=8080),
            serve(handler, host, port=8081),
            serve(handler, host, port=8554),
        ):
            return await log.probe(ctx, host, [8554, 8081, 8080])

    assert asyncio.run(go()) is HostEnd.DONE
    assert most == 1


def test_a_host_that_stops_answering_is_left_alone(bench):
    log = Log()

    async def go():
        async with bench.context() as ctx:
            return await log.probe(ctx, "127.77.5.4", [8080, 8081, 8554, 9000])

    assert asyncio.run(go()) is HostEnd.LEFT_ALONE
    assert len(bench.contacts) == 2
    (skip,) = log.skips
    assert skip.subject == "127.77.5.4"
    assert skip.reason.startswith("left alone: stopped answering")
    assert "8554, 9000" in skip.reason


@pytest.mark.alone
def test_time_of_one_host_is_bounded(bench, serve):
    host = "127.77.5.5"
    log = Log()

    async def tarpit(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nServer: tar\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def go():
        async with (
            bench.context(host_seconds=0.5, total_timeout=30.0) as ctx,
            serve(tarpit, host, port=8080),
        ):
            return await log.probe(ctx, host, [8080, 8081])

    began = time.monotonic()
    assert asyncio.run(go()) is HostEnd.OUT_OF_TIME
    assert time.monotonic() - began < 5
    assert "used up" in log.skips[0].reason
    assert "8081" in log.skips[0].reason


def test_cancelling_keeps_what_was_learned(bench, serve, page):
    host = "127.77.5.6"
    log = Log()

    async def handler(reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        if request.startswith(b"GET / "):
            writer.write(page("<title>kept</title>"))
            await writer.drain()
            return
        await asyncio.sleep(30)

    async def go():
        async with bench.context(read_timeout=20.0, total_timeout=30.0) as ctx:
            async with serve(handler, host, port=8080):
                task = asyncio.create_task(log.probe(ctx, host, [8080]))
                while "http GET /favicon.ico" not in bench.queries:
                    await asyncio.sleep(0.01)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                assert task.cancelled()
            # the device is free again: nothing holds its gate
            async with serve(lambda r, w: handler(r, w), host, port=8081) as device:
                await asyncio.wait_for(log.probe(ctx, host, []), 2)
                assert device.visits == 0

    asyncio.run(go())
    assert "http.title" in log.fields()


@pytest.mark.alone
def test_hostile_hosts_delay_only_themselves(bench, serve, answering, page):
    """Five bad devices and a good one at once: the good one is done long before them."""
    done = {}

    async def never_ends(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def gigabyte(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
        for _ in range(16384):
            writer.write(b"x" * 65536)
            await writer.drain()

    async def closes(reader, writer):
        return

    async def rubbish(reader, writer):
        writer.write(bytes(range(256)) * 16)
        await writer.drain()

    async def elsewhere(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(page("", status="302 Found", headers=("Location: http://127.88.0.1/x.html",)))
        await writer.drain()

    bad = {
        "127.77.6.1": never_ends,
        "127.77.6.2": gigabyte,
        "127.77.6.3": closes,
        "127.77.6.4": rubbish,
        "127.77.6.5": elsewhere,
    }

    async def go():
        async with contextlib.AsyncExitStack() as stack:
            ctx = await stack.enter_async_context(
                bench.context(targets=("127.77.6.0/24",), read_timeout=1.0, total_timeout=2.0)
            )
            for host, handler in bad.items():
                await stack.enter_async_context(serve(handler, host, port=8080))
            await stack.enter_async_context(answering(camera(page), "127.77.6.9", port=8080))
            began = time.monotonic()

            async def one(host):
                end = await Log().probe(ctx, host, [8080])
                done[host] = (end, time.monotonic() - began)

            await asyncio.gather(*(one(host) for host in [*bad, "127.77.6.9"]))

    asyncio.run(go())
    assert done["127.77.6.9"][0] is HostEnd.DONE
    assert done["127.77.6.9"][1] < 1.5
    assert max(seconds for _, seconds in done.values()) < 20
    assert {contact.address for contact in bench.contacts} <= {*bad, "127.77.6.9"}


def test_xaddr_alone_is_enough(bench, answering, page):
    """A host that only answered WS-Discovery: its own XAddr names the port."""
    host = "127.77.5.7"
    log = Log()

    async def go():
        async with bench.context() as ctx, answering(camera(page), host) as device:
            xaddr = f"http://{host}:{device.port}/onvif/device_service"
            end = await log.probe(ctx, host, [], leads=Told(first=(xaddr,)))
            return end, device

    end, device = asyncio.run(go())
    assert end is HostEnd.DONE
    assert log.services == [(device.port, "onvif")]


def test_an_xaddr_that_comes_late_is_tried_where_no_other_door_opened(
    bench, answering, page, serve
):
    host = "127.77.5.17"
    log = Log()

    async def go():
        async with (
            bench.context() as ctx,
            answering(lambda _: page("no ONVIF here"), host) as wrong,
            answering(camera(page), host) as right,
        ):
            first, last = (
                f"http://{host}:{device.port}/onvif/device_service" for device in (wrong, right)
            )
            end = await log.probe(ctx, host, [], leads=Told(first=(first,), last=(first, last)))
            return end, wrong, right

    end, wrong, right = asyncio.run(go())
    assert end is HostEnd.DONE
    assert wrong.visits == 1
    assert log.services == [(right.port, "onvif")]


def test_a_port_that_comes_after_the_list_is_probed_while_the_host_waits(bench, answering, page):
    host = "127.77.5.18"
    log = Log()

    async def go():
        async with bench.context() as ctx, answering(camera(page), host, port=8080) as device:
            queue = asyncio.Queue()
            queue.put_nowait(None)

            class Late(Told):
                async def xaddrs(self, *, last):
                    if not last:
                        queue.put_nowait(device.port)
                    return ()

            await probe_host(
                ctx,
                host,
                queue,
                on_evidence=log.evidence.append,
                on_skip=log.skips.append,
                leads=Late(),
            )

    asyncio.run(go())
    assert "http.title" in log.fields()


def test_out_of_scope_stops_at_once(bench):
    log = Log()

    async def go():
        async with bench.context(targets=("127.77.9.0/24",)) as ctx:
            return await log.probe(ctx, "127.77.5.8", [8080, 8081])

    assert asyncio.run(go()) is HostEnd.LEFT_ALONE
    assert bench.contacts == []
    assert "out of scope" in log.skips[0].reason


def test_ipv6(bench, answering, page):
    log = Log()

    async def go():
        async with (
            bench.context(targets=("::1",)) as ctx,
            answering(camera(page), "::1", port=8080) as web,
            answering(camera(page), "::1", port=8554) as rtsp,
        ):
            return await log.probe(ctx, "::1", [8080, 8554]), web, rtsp

    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    end, web, rtsp = asyncio.run(go())
    assert end is HostEnd.DONE
    assert log.services == [(8080, "http"), (8554, "rtsp"), (8080, "onvif")]
    assert b"Host: [::1]:8080" in web.requests[0]
    assert rtsp.lines[0] == "OPTIONS rtsp://[::1]:8554/ RTSP/1.0"
