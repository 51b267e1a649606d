"""What the three Python contenders share, so that they differ in nothing but their framework."""

import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

MAX_BODY = 65_536

# Unanchored: each validation library has its own way to say "the whole string".
EMAIL = (
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+"
    r"@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)
COUNTRY = r"[A-Z]{2}"

# Python's `$` also matches in front of a last line feed; `\Z` does not.
EMAIL_LINE = rf"^{EMAIL}\Z"
COUNTRY_LINE = rf"^{COUNTRY}\Z"

NOT_JSON = {"errors": [{"field": "", "rule": "json"}]}

# Every escape in turn; group 1 is set when it is half of a surrogate pair without its other half.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)",
    re.DOTALL,
)

# No 64-bit integer is longer than this, sign included.
_LONGEST_INTEGER = 20


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _integer(digits: str) -> int | float:
    # int() raises on thousands of digits; a float is refused later, by the rule `type`.
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


_DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=_refuse_constant)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def loads(body: bytes) -> Any:
    """Parse as strictly as RFC 8259: json.loads alone takes NaN, UTF-16 and lone surrogates.

    Whatever is wrong surfaces as JSONDecodeError, the one exception that the frameworks look for.
    """
    try:
        text = body.decode("utf-8")
        document = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError(str(error), "", 0) from error
    if "\\u" in text and any(escape[1] for escape in _ESCAPE.finditer(text)):
        raise json.JSONDecodeError("lone surrogate", "", 0)
    return document


def dumps(document: Any) -> str:
    """Print compact JSON that escapes only what JSON requires."""
    return _ENCODER.encode(document)


def refusal(faults: Iterable[tuple[Iterable[str | int], str]]) -> dict[str, Any]:
    """Build the body of a 422 from pairs of path and rule.

    Two paths can read alike (a key may itself hold a dot), and no entry may come twice.
    """
    entries = dict.fromkeys((_name(path), rule) for path, rule in faults)
    return {"errors": [{"field": field, "rule": rule} for field, rule in entries]}


def _name(path: Iterable[str | int]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def payload() -> Path:
    """Find the file that /static serves, or end the process: a server without it is of no use."""
    name = os.environ.get("DYNO_PAYLOAD")
    if not name:
        sys.exit("DYNO_PAYLOAD is not set: it must name the file that /static serves.")
    path = Path(name)
    if not path.is_file():
        sys.exit(f"DYNO_PAYLOAD names {name}, which is not a file.")
    return path.resolve()
