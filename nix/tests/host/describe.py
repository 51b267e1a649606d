"""Describe what the stand-in may use here: `describe.py RUST CRATES PYPI NIXFMT NEXTEST RUFF`."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

# Debian's package, and the tool that a user of nixpkgs means by the name.
PACKAGES = {
    "bash": ("bash", "bash"),
    "chromium": ("chromium", "chromium"),
    "coreutils": ("coreutils", "ls"),
    "diffutils": ("diffutils", "diff"),
    "file": ("file", "file"),
    "findutils": ("findutils", "find"),
    "gawk": ("mawk", "awk"),
    "git": ("git", "git"),
    "gnugrep": ("grep", "grep"),
    "gnumake": ("make", "make"),
    "gnused": ("sed", "sed"),
    "gnutar": ("tar", "tar"),
    "gzip": ("gzip", "gzip"),
    "luajit": ("luajit", "luajit"),
    "patch": ("patch", "patch"),
    "patchelf": ("patchelf", "patchelf"),
    "shellcheck": ("shellcheck", "shellcheck"),
    "time": ("time", "time"),
    "util-linux": ("util-linux", "flock"),
    "wrk": ("wrk", "wrk"),
    "xdg-utils": ("xdg-utils", "xdg-open"),
    "xz": ("xz-utils", "xz"),
}
# Beside the package's own files: names that alternatives give.
MORE = {"bash": ["/usr/bin/sh"], "gawk": ["/usr/bin/awk"]}
GCC = ["gcc", "cc", "g++", "c++", "cpp", "ld", "as", "ar", "nm", "ranlib", "strip", "objdump"]


def output(*words: str) -> str:
    """Run a program and give what it prints."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def identity(files: list[str]) -> str:
    """Shorten what the files hold, so that another version of a tool is built anew."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()[:12]


def tool(programs: list[str], main: str, folders: list[str]) -> dict[str, object]:
    """Describe a tool."""
    programs = sorted(program for program in programs if Path(program).is_file())
    if not programs:
        sys.exit(f"nix/tests/host: {main} was not found on this machine")
    return {
        "programs": programs,
        "main": main,
        "folders": folders,
        "version": identity(programs),
    }


def debian(package: str, folder: str = "/usr/bin/") -> list[str]:
    """List a package's files in a folder; files of / are those of /usr."""
    listed = output("dpkg", "-L", package).splitlines()
    files = (line if line.startswith("/usr") else f"/usr{line}" for line in listed)
    return [file for file in files if file.startswith(folder)]


def libraries(package: str) -> list[str]:
    """List a package's shared libraries."""
    return [file for file in debian(package, "/usr/lib") if ".so." in Path(file).name]


def main() -> None:
    """Describe all of it."""
    rust, crates, pypi, nixfmt, nextest, ruff = sys.argv[1:]
    tools = {
        name: tool(debian(package) + MORE.get(name, []), main, [])
        for name, (package, main) in PACKAGES.items()
    }
    tools["gcc"] = tool([f"/usr/bin/{name}" for name in GCC], "gcc", [])
    tools["nginx"] = tool(["/usr/sbin/nginx"], "nginx", ["/usr/sbin"])
    tools["nodejs"] = tool(["/usr/bin/node", "/usr/bin/npm"], "node", [])
    tools["ruff"] = tool([ruff], "ruff", [ruff])
    tools["nixfmt"] = tool([nixfmt], "nixfmt", [nixfmt])
    tools["cargo-nextest"] = tool([nextest], "cargo-nextest", [nextest])
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    gcc_libraries = libraries("libstdc++6") + libraries("libgcc-s1")
    host = {
        "tools": tools,
        "crates": crates,
        "rust": {"folder": rust, "version": output(f"{rust}/bin/rustc", "--version").split()[1]},
        "pypi": pypi,
        "python": {"version": version, "identity": identity([f"/usr/bin/python{version}"])},
        "libc": sorted(Path(file).name for file in libraries("libc6")),
        "gccLibraries": {"files": gcc_libraries, "version": identity(gcc_libraries)},
    }
    json.dump(host, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
