"""The key that signs approvals, grants, queue messages and the audit trail; never kept in Redis."""

import os
import secrets
from pathlib import Path

from config.settings import Settings

KEY_BYTES = 32
MIN_CHARACTERS = 32


def signing_key(settings: Settings) -> bytes:
    """Return the key from the settings, or from a file of the data folder that only we can read.

    Raises:
        ValueError: The key in the settings is too short to be a secret.
    """
    told = settings.infra_key.get_secret_value()
    if told and len(told) < MIN_CHARACTERS:
        raise ValueError(f"INFRA_KEY needs {MIN_CHARACTERS} characters or more; make one with: openssl rand -hex 32")
    return told.encode() if told else _kept_in(settings.infra_data / "signing.key")


def _kept_in(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        return file.read_bytes()
    except FileNotFoundError:
        _write_private(fresh, secrets.token_hex(KEY_BYTES).encode())
    try:
        os.link(fresh, file)  # unlike a rename, fails if another process was first
    except FileExistsError:
        return file.read_bytes()
    else:
        return file.read_bytes()
    finally:
        fresh.unlink()


def _write_private(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as private:
        private.write(content)
