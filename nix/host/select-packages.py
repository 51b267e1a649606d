"""Copy packages with all that they need: `select-packages.py FROM ENVIRONMENT VERSION NAME...`."""

import re
import shutil
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(\[[^\]]*\])?")


def normal(name: str) -> str:
    """Spell a name as everybody may."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(installed: dict[str, Distribution], names: list[str]) -> list[Distribution]:
    """Follow the requirements; those of extras and of other systems are simply not installed."""
    found: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in installed:
            continue
        found[name] = installed[name]
        for line in installed[name].requires or []:
            if "extra ==" not in line and (match := REQUIREMENT.match(line)):
                waiting.append(normal(match[1]))
    return list(found.values())


def main() -> None:
    """Copy the files and write the programs."""
    source, environment, version, *names = sys.argv[1:]
    installed = {normal(it.metadata["Name"]): it for it in distributions(path=[source])}
    if missing := [name for name in names if name not in installed]:
        sys.exit(f"not in python/requirements.txt: {', '.join(missing)}")
    site = Path(environment, "lib", f"python{version}", "site-packages")
    for distribution in closure(installed, names):
        for file in distribution.files or []:
            # Programs lie outside of site-packages, and some lists name files that were never installed.
            if ".." in file.parts or "__pycache__" in file.parts or not Path(source, file).is_file():
                continue
            target = site.joinpath(file)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(source, file), target)
        for entry in distribution.entry_points.select(group="console_scripts"):
            program = Path(environment, "bin", entry.name)
            program.write_text(
                f"#!{environment}/bin/python3\nimport sys\nfrom {entry.module} import {entry.attr}\n"
                f"sys.exit({entry.attr}())\n",
                encoding="utf-8",
            )
            program.chmod(0o755)


if __name__ == "__main__":
    main()
