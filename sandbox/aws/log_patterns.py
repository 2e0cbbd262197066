"""CloudWatch Logs' filter patterns for unstructured text.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.aws.errors import AwsError

TERM = re.compile(r'(?P<sign>[-?]?)(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%|(?P<bare>[^\s"]+))')


def pattern(written: str) -> Callable[[str], bool]:
    """Return the test a filter pattern is: all plain terms, one of the ?terms, none of the -terms.

    Raises:
        AwsError: The pattern selects by JSON or by columns, which is not served here.
    """
    if written.strip().startswith(("{", "[")):
        raise AwsError("InvalidParameterException", "This sandbox serves filter patterns for plain text only.")
    terms = [(found["sign"], _test(found)) for found in TERM.finditer(written)]
    every = [test for sign, test in terms if sign == ""]
    some = [test for sign, test in terms if sign == "?"]
    none = [test for sign, test in terms if sign == "-"]

    def fits(message: str) -> bool:
        return (
            all(test(message) for test in every)
            and (not some or any(test(message) for test in some))
            and not any(test(message) for test in none)
        )

    return fits


def _test(found: re.Match[str]) -> Callable[[str], bool]:
    if found["regex"] is not None:
        try:
            compiled = re.compile(found["regex"])
        except re.error as error:
            raise AwsError("InvalidParameterException", f"Invalid regular expression: {error}.") from error
        return lambda message: compiled.search(message) is not None
    term = re.sub(r"\\(.)", r"\1", found["quoted"]) if found["quoted"] is not None else found["bare"]
    return lambda message: term in message
