"""What type a value has, as far as the text tells: the schema's letters, or nothing where only a plan knows."""

from tools.terraform.blocks import Expression, Function, Items, Literal, Pairs, Template

_RESULTS = {
    "s": "abspath base64encode base64gzip base64sha256 basename chomp cidrhost cidrnetmask cidrsubnet dirname file "
    "filebase64 filebase64sha256 filemd5 format formatdate indent join jsonencode lower md5 replace sha1 sha256 sha512 "
    "strrev substr templatefile textencodebase64 timeadd timestamp title tostring trim trimprefix trimspace trimsuffix "
    "upper urlencode uuid yamlencode",
    "n": "abs ceil floor length log max min parseint pow signum sum tonumber",
    "b": "alltrue anytrue can contains endswith fileexists startswith tobool",
    "[": "cidrsubnets chunklist compact concat distinct fileset flatten keys range reverse setintersection setproduct "
    "setsubtract setunion sort split tolist toset",
    "{": "merge tomap zipmap transpose",
}
_BY_NAME = {name: letter for letter, names in _RESULTS.items() for name in names.split()}
_BOOLEANS = {"true", "false"}


def kind_of(value: Expression) -> str:  # noqa: PLR0911 - one answer a kind
    """Return s, n, b, [ (any list), { (any map), 0 (null), or nothing where the text does not tell."""
    match value:
        case Literal(None):
            return "0"
        case Literal(bool()):
            return "b"
        case Literal(int() | float()):
            return "n"
        case Literal(str()) | Template():
            return "s"
        case Items():
            return "["
        case Pairs():
            return "{"
        case Function(name):
            return _BY_NAME.get(name, "")
    return ""


def fits(letters: str, value: Expression, known: str = "") -> bool:  # noqa: PLR0911 - one answer a kind
    """Return whether a value can be converted to a type of the schema, as Terraform converts.

    Args:
        letters: The type wanted.
        value: What is given.
        known: Its kind where more than its text tells it, such as an attribute's type.
    """
    kind = known or kind_of(value)
    if not kind or kind == "0" or letters in ("*", ""):
        return True
    match letters[0]:
        case "s":
            return kind[0] in "snb"
        case "n":
            return kind[0] == "n" or (kind[0] == "s" and _like_number(value))
        case "b":
            return kind[0] == "b" or (kind[0] == "s" and _like_boolean(value))
        case "[":
            return kind[0] == "[" and all(fits(letters[1:-1], each) for each in _items(value))
        case "{":
            return kind[0] in "{o" and all(fits(letters[1:-1], each) for each in _values(value))
    return kind[0] in "{o[" or kind == "o"


def wording(letters: str) -> str:
    """Return a type as a person would say it."""
    words = {"s": "a string", "n": "a number", "b": "a bool", "[": "a list", "{": "a map", "o": "an object"}
    return words.get(letters[:1], "a value")


def _like_number(value: Expression) -> bool:
    if not isinstance(value, Literal):
        return True
    try:
        float(str(value.value))
    except ValueError:
        return False
    return True


def _like_boolean(value: Expression) -> bool:
    return not isinstance(value, Literal) or value.value in _BOOLEANS


def _items(value: Expression) -> tuple[Expression, ...]:
    return value.items if isinstance(value, Items) else ()


def _values(value: Expression) -> tuple[Expression, ...]:
    return tuple(inner for _, inner in value.pairs) if isinstance(value, Pairs) else ()
