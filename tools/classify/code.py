"""Snippets of program code, such as `python -c`: what deletes, and what starts a shell."""

import re

from tools.classify.effect import Judgment, change, destructive

_DESTROYS = re.compile(
    r"\b(?:rmtree|unlink(?:Sync)?|rm(?:dir)?Sync|removedirs|remove_tree|rm_rf|rm_r|delete_all|destroy_all|drop_database"
    r"|delete_many|os\.remove|os\.rmdir|fs\.rm|shutil\.move|FileUtils|truncate)\b"
    r"|[.>:](?:delete\w*|destroy\w*|remove\w*|purge\w*|drop\w*|cancel\w*|terminate\w*|unlink\w*|clear\w*|refund\w*|void\w*|archive\w*)!?\s*\(|\brm\s+-\w*[rf]",
    re.IGNORECASE,
)


def judge_code(text: str) -> Judgment:
    """Judge a snippet; code is a change at least, because nothing tells what else it does."""
    if found := _DESTROYS.search(text):
        return destructive(f"the code calls {found.group().strip('.(:> ')}")
    return change("it runs program code, which is not looked into")


def calls_destruction(text: str) -> bool:
    """Tell whether a line of code calls something that deletes."""
    return bool(_DESTROYS.search(text))
