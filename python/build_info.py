"""Print how the Python that runs this was built, as one JSON object of strings."""

import hashlib
import json
import platform
import shlex
import sysconfig
from collections.abc import Mapping
from pathlib import Path

DEBUG = "is a debug build, which is several times slower"
NO_PROFILE = (
    "was built without profile-guided optimisation, so plain Python loops take about 1.27 times "
    "as long"
)

# Variables of the build by name, as sysconfig has them.
Config = Mapping[str, object]


def facts(config: Config) -> dict[str, str]:
    """Tell of the build what bears on speed."""
    interpreter = f"{platform.python_implementation()} {platform.python_version()}"
    told = {
        "interpreter": interpreter,
        "compiler": platform.python_compiler(),
        "profile-guided optimisation": yes_or_no(is_profile_guided(config)),
        "link-time optimisation": yes_or_no(is_link_time_optimised(config)),
    }
    if config.get("Py_GIL_DISABLED"):
        told["global interpreter lock"] = "no"
    if config.get("Py_DEBUG"):
        told["debug build"] = "yes"
        told["warning"] = f"{interpreter} {DEBUG}"
    elif not is_profile_guided(config):
        told["warning"] = f"{interpreter} {NO_PROFILE}"
    return told


def is_profile_guided(config: Config) -> bool:
    """Tell whether the compiler was guided by a profile."""
    return "--enable-optimizations" in configure_arguments(config) or is_debian(config)


def is_link_time_optimised(config: Config) -> bool:
    """Tell whether the interpreter was optimised as a whole when it was linked."""
    given = [it for it in configure_arguments(config) if it.startswith("--with-lto")]
    by_flags = "-flto" in str(config.get("PY_CORE_LDFLAGS"))
    return by_flags or is_debian(config) or given[-1:] not in ([], ["--with-lto=no"])


def is_debian(config: Config) -> bool:
    """Recognise the packages of Debian and its derivatives, which hide how they were built.

    They are optimised by profile and at link time, and then edit the flags of both out of what
    sysconfig reads. Of a build by anyone else, configure always sets both flags or neither.
    """
    return bool(config.get("PGO_PROF_GEN_FLAG")) and config.get("PGO_PROF_USE_FLAG") == ""


def configure_arguments(config: Config) -> list[str]:
    """Give what configure was called with."""
    return shlex.split(str(config.get("CONFIG_ARGS") or ""))


def yes_or_no(fact: bool) -> str:
    """Say it in a word."""
    return "yes" if fact else "no"


def hashes() -> dict[str, str]:
    """Identify the files that run: the program behind all links, and its library if it has one."""
    told = {"sha256": sha256(Path("/proc/self/exe"))}
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    for file in {Path(line.split(maxsplit=5)[5]) for line in maps if "/" in line}:
        if file.name.startswith("libpython3."):
            told["sha256 of libpython"] = sha256(file)
    return told


def sha256(file: Path) -> str:
    """Identify a file by what it holds."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    print(json.dumps(facts(sysconfig.get_config_vars()) | hashes(), indent=2, sort_keys=True))
