"""The next larger class of a database.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
"""

import re

SMALL = ("micro", "small", "medium", "large", "xlarge", "2xlarge")
LARGE = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge")
"""Each is twice the one before it, and every family below has them all."""
_FAMILY = re.compile(r"(?P<family>db\.(?:(?P<burst>t[2-4]g?)|[mr][5-9]\w*))\.(?P<size>\w+)")


def larger(name: str) -> str:
    """Return the class of the same family that has twice as much; empty where none is known."""
    found = _FAMILY.fullmatch(name)
    sizes = SMALL if found and found["burst"] else LARGE
    if found is None or found["size"] not in sizes[:-1]:
        return ""
    return f"{found['family']}.{sizes[sizes.index(found['size']) + 1]}"
