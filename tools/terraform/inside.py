"""Whether a path stays inside the files it is written in."""

import posixpath

_ELSEWHERE = ("/", "~", "\\", "$", "%")


def stays_inside(path: str, folder: str = "") -> bool:
    """Return whether a path, read from a folder of the files, can name nothing outside of them."""
    if not path or path.startswith(_ELSEWHERE) or "\x00" in path or ":" in path.partition("/")[0] or "\\" in path:
        return False
    return posixpath.normpath(posixpath.join(folder, path)).partition("/")[0] != ".."


def folder_of(file: str) -> str:
    """Return the folder that a file is in: all of its Terraform is one module."""
    return posixpath.dirname(file)
