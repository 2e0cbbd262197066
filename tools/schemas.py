"""Arguments held to a JSON Schema that somebody else wrote."""

from __future__ import annotations

import json

from tools.contract import JsonObject

LONGEST = 20_000
"""Characters of arguments as JSON; what is longer nobody reads before saying yes."""


def unfit(schema: JsonObject, args: JsonObject) -> str:
    """Return why arguments do not fit a schema, in a sentence; empty if they do.

    A name that the schema does not list is refused, unless the schema itself lets further ones through. References
    to other documents are not followed, and patterns are matched in linear time.
    """
    if any("\ud800" <= character <= "\udfff" for character in json.dumps(args, ensure_ascii=False)):
        return "there is half a character (a lone surrogate) in the arguments; leave it out."
    if len(json.dumps(args)) > LONGEST:
        return f"the arguments are longer than {LONGEST:,} characters; say less."
    if strange := _unlisted(schema, args):
        return f"{strange}: there is no such argument."
    from jsonschema_rs import ReferencingError, RegexOptions, ValidationError, validator_for  # noqa: PLC0415 - rarely used

    try:
        validator_for(schema, offline=True, pattern_options=RegexOptions()).validate(args)
    except ValidationError as error:
        where = ".".join(map(str, error.instance_path)) or "arguments"
        return f"{where}: {error.message}."
    except (ReferencingError, ValueError) as error:
        return f"its own schema cannot be used: {error}."
    return ""


def _unlisted(schema: JsonObject, args: JsonObject) -> str:
    listed = schema.get("properties")
    open_to_more = "additionalProperties" in schema or "patternProperties" in schema or not isinstance(listed, dict)
    return (
        "" if open_to_more or not isinstance(listed, dict) else next((name for name in args if name not in listed), "")
    )
