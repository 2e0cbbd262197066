"""Which files belong to Helm charts, and values held to the schema that a chart brings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

SCHEMA = "values.schema.json"


def is_template(path: str, text: str) -> bool:
    """Tell whether a file is a template that only Helm, or a program like it, makes YAML of."""
    return "templates" in PurePosixPath(path).parts[:-1] and "{{" in text


def schema_of(path: str) -> str:
    """Return where the schema of a chart's values would be, empty if the file holds no values."""
    file = PurePosixPath(path)
    is_values = file.suffix in {".yaml", ".yml"} and file.stem.startswith("values")
    return str(file.with_name(SCHEMA)) if is_values else ""


def misfits(schema: str, values: Any) -> Iterator[str]:
    """Yield what in values does not fit the schema, which may itself be none."""
    from jsonschema_rs import ReferencingError, RegexOptions, ValidationError, validator_for  # noqa: F401, PLC0415 - rarely used

    try:
        validator = validator_for(json.loads(schema), offline=True, pattern_options=RegexOptions())
        for error in validator.iter_errors(values):
            yield f"{'.'.join(map(str, error.instance_path)) or 'values'}: {error.message}"
    except (ValueError, ReferencingError) as wrong:
        yield f"its {SCHEMA} cannot be used: {str(wrong).splitlines()[0]}"


def beside(files: Mapping[str, str]) -> Iterator[str]:
    """Yield the schemas that files would be held to and that are not among them."""
    yield from sorted({wanted for path in files if (wanted := schema_of(path)) and wanted not in files})
