"""Download the locked files that this machine installs: `fetch-pypi.py WHEELS.JSON FOLDER`.

They are laid out as the index's own addresses are, so that a wrong part of one finds nothing.
"""

import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Give pip the locked hashes, so that it can choose no other file."""
    lock, folder = map(Path, sys.argv[1:])
    system = f"{platform.machine()}-linux"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    files = [
        file
        for group in json.loads(lock.read_text(encoding="utf-8")).values()
        for file in group
        if file.get("system", system) == system and file.get("python", python) == python
    ]
    if not any("python" in file for file in files):
        sys.exit(f"nix/tests/host: python/wheels.json has no files of CPython {python} for {system}")
    with tempfile.TemporaryDirectory(dir=folder) as downloads:
        requirements = Path(downloads, "requirements.txt")
        requirements.write_text(
            "".join(
                f"{file['project']}=={file['version']} --hash=sha256:{file['sha256']}\n"
                for file in files
            ),
            encoding="utf-8",
        )
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        words = ["--no-deps", "--no-build-isolation", "--dest", downloads, "-r", requirements]
        subprocess.run([*pip, *words], check=True)
        for file in files:
            name = file["file"]
            wheel = name.removesuffix(".whl").split("-") if name.endswith(".whl") else None
            project, tag = (wheel[0], wheel[2]) if wheel else (file["project"], "source")
            target = folder / tag / project[0] / project / name
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(downloads, name).rename(target)


if __name__ == "__main__":
    main()
