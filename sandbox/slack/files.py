"""Files on their way up and files that are there.

https://docs.slack.dev/messaging/working-with-files
"""

import mimetypes
import secrets
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.slack.wire import Body, Refused

SCAN = 0.3
"""Seconds an upload is looked through before a block may show it; live workspaces take a moment longer."""
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif"})
"""https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object"""


@dataclass
class File:
    """A file; `content` is None until the bytes arrived, `shared` false until the upload was completed at `at`."""

    id: str
    name: str
    length: int
    title: str = ""
    alt: str = ""
    content: bytes | None = None
    shared: bool = False
    at: float = 0.0

    @property
    def mimetype(self) -> str:
        """What kind of file its name says it is."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def api(self, origin: str) -> Body:
        """Return the file as messages and files.* do."""
        url = f"{origin}/files/{self.id}/{self.name}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "alt_txt": self.alt,
            "filetype": self.name.rpartition(".")[2],
            "size": self.length,
            "url_private": url,
            "url_private_download": url,
            "permalink": url,
        }


class Files:
    """The workspace's files."""

    def __init__(self, clock: Clock) -> None:
        self.scan_seconds = SCAN
        self._clock = clock
        self._files: dict[str, File] = {}

    def promise(self, name: str, length: int, alt: str = "") -> File:
        """Make room for a file whose bytes come later."""
        file = File(f"F{secrets.token_hex(5).upper()}", name, length, alt=alt)
        self._files[file.id] = file
        return file

    def receive(self, file: str, content: bytes) -> None:
        """Take the bytes of a promised file.

        Raises:
            Refused: When nobody promised it, or the length is another.
        """
        promised = self._files.get(file)
        if promised is None or promised.content is not None:
            raise Refused("file_not_found")
        if len(content) != promised.length:
            raise Refused("invalid_length")
        promised.content = content

    def complete(self, file: str, title: str) -> File:
        """Make an uploaded file public in the workspace.

        Raises:
            Refused: When its bytes have not arrived.
        """
        known = self._files.get(file)
        if known is None or known.content is None:
            raise Refused("file_not_found")
        known.title, known.shared, known.at = title, True, self._clock.time()
        return known

    def check(self, blocks: list[Body]) -> None:
        """Check that the files which image blocks name are pictures, and looked through by now.

        Raises:
            Refused: invalid_blocks.
        """
        for number, block in enumerate(blocks):
            named = block.get("slack_file") or {}
            if "id" in named and not self._shows(self.get(str(named["id"]))):
                raise Refused("invalid_blocks", f"invalid slack file [json-pointer:/blocks/{number}/slack_file]")

    def _shows(self, file: File | None) -> bool:
        return file is not None and file.mimetype in IMAGES and self._clock.time() >= file.at + self.scan_seconds

    def get(self, file: str) -> File | None:
        """Return a file that was completed."""
        known = self._files.get(file)
        return known if known and known.shared else None
