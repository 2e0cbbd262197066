"""The watch that T10 stands on sees what it is there to see."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.hostile import MARK, watched


def test_a_process_is_seen() -> None:
    """However short it lives."""
    with watched() as seen:
        subprocess.run([sys.executable, "-c", ""], check=True)

    assert seen.spawned


def test_a_connection_elsewhere_is_seen() -> None:
    """To a port that is not one of the company's; what is in order is not noted."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        with watched(f"http://127.0.0.1:{one.getsockname()[1]}") as seen:
            for server in (one, other):
                socket.create_connection(server.getsockname()).close()

        assert seen.strangers == [str(other.getsockname())]


def test_a_file_is_seen(tmp_path: Path) -> None:
    """A file that a hostile argument names, whether it is there or not."""
    with watched() as seen, pytest.raises(FileNotFoundError):
        (tmp_path / MARK).read_text("utf-8")

    assert seen.files
