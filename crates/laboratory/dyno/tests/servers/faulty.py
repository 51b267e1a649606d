"""A contender that keeps the contract while nobody looks closely, and has one fault under load.

usage: faulty.py FAULT HOST PORT, with the project's python folder on PYTHONPATH
"""

import asyncio
import itertools
import mmap
import os
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Awaitable, Callable

import aiohttp_api
import contract
from aiohttp import web

FAULT, HOST, PORT = sys.argv[1], sys.argv[2], int(sys.argv[3])
# More peers than this among the latest requests, and they are a driver's.
PEERS = 20
latest: deque[int] = deque(maxlen=200)
leaked: list[bytearray] = []
kept: dict[int, web.Response] = {}
requests = itertools.count(1)


def is_loaded(request: web.Request) -> bool:
    """Tell a driver's many connections from the checker's few."""
    latest.append(request.transport.get_extra_info("peername")[1])
    return len(set(latest)) > PEERS


def page_in() -> None:
    """Fetch twenty pages from the disk, wherever the kernel had kept them."""
    size = 20 * mmap.PAGESIZE
    with tempfile.TemporaryFile(dir=".") as file:
        file.write(b"x" * size)
        file.flush()
        os.fsync(file.fileno())
        with mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ) as mapped:
            mapped.madvise(mmap.MADV_RANDOM)
            os.posix_fadvise(file.fileno(), 0, size, os.POSIX_FADV_DONTNEED)
            sum(mapped[:: mmap.PAGESIZE])


async def fail_or_consume() -> None:
    """Do what the fault is, as far as it does not change an answer."""
    match FAULT:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stalls":
            await asyncio.sleep(3600)
        case "leaks":
            leaked.append(bytearray(b"x" * (8 << 20)))
        case "chatters":
            print("x" * (1 << 20), flush=True)
        case "computes" | "computes-everywhere":
            until = time.process_time() + 0.005
            while time.process_time() < until:
                pass
        case "sleeps":
            await asyncio.sleep(0.05)
        case "pages":
            page_in()


@web.middleware
async def faulty(request: web.Request, handler: Callable[..., Awaitable]) -> web.StreamResponse:
    """Answer as the contract wants, until there is load."""
    if not is_loaded(request):
        return await handler(request)
    number = next(requests)
    await fail_or_consume()
    match FAULT:
        case "tenth" if number % 10 == 0:
            request.transport.abort()
        case "smaller" if request.path == "/static":
            return web.Response(body=b"x" * 1000, content_type="application/octet-stream")
        case "skips" if request.path == "/validate":
            return web.Response(body=await request.read(), content_type="application/json")
        case "cached" if request.path == "/validate":
            # The right status, and the first answer that had it.
            answer = await handler(request)
            known = kept.setdefault(answer.status, answer)
            return web.Response(
                status=answer.status, body=known.body, content_type="application/json"
            )
    return await handler(request)


def main() -> None:
    """Serve until a signal comes, or in spite of it."""
    if FAULT == "slow-start":
        time.sleep(1.5)
    if FAULT == "computes-everywhere":
        for _ in range((os.cpu_count() or 1) - 1):
            if os.fork() == 0:
                break
    if FAULT == "forks" and os.fork() == 0:
        os.setsid()
        time.sleep(3600)
    app = web.Application(client_max_size=contract.MAX_BODY, middlewares=[faulty])
    app[aiohttp_api.PAYLOAD] = str(contract.payload())
    app.add_routes(aiohttp_api.routes)
    if FAULT == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    web.run_app(
        app,
        host=HOST,
        port=PORT,
        access_log=None,
        reuse_port=FAULT == "computes-everywhere",
        print=None,
        shutdown_timeout=0.5,
        handle_signals=FAULT != "deaf",
        auto_decompress=False,
    )


main()
