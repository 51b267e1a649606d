"""Print the versions that a contender runs on, in one line: `versions.py fastapi`."""

import argparse
import platform
from importlib.metadata import version

STACKS = {
    "fastapi": ["fastapi", "uvicorn", "pydantic", "uvloop", "httptools"],
    "aiohttp": ["aiohttp", "gunicorn", "uvloop", "marshmallow"],
    "flask": ["flask", "gunicorn", "flask-expects-json", "jsonschema"],
}


def main() -> None:
    """Ask the installed packages, not the list of requirements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contender", choices=STACKS)
    packages = STACKS[parser.parse_args().contender]
    parts = [f"{name} {version(name)}" for name in packages]
    parts.append(f"{platform.python_implementation()} {platform.python_version()}")
    print(", ".join(parts))


if __name__ == "__main__":
    main()
