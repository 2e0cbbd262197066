"""Files on their way up and files that are there.

https://docs.slack.dev/messaging/working-with-files
"""

import mimetypes
import secrets
from dataclasses import dataclass

from sandbox.slack.wire import Body, Refused


@dataclass
class File:
    """A file; `content` is None until the bytes arrived, `shared` false until the upload was completed."""

    id: str
    name: str
    length: int
    title: str = ""
    alt: str = ""
    content: bytes | None = None
    shared: bool = False

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

    def __init__(self) -> None:
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
        known.title, known.shared = title, True
        return known

    def get(self, file: str) -> File | None:
        """Return a file that was completed."""
        known = self._files.get(file)
        return known if known and known.shared else None
