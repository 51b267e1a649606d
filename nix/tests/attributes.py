"""Check that attributes.json lists what the flake takes from nixpkgs, and nothing else.

Each attribute stands beside the file of nixpkgs that was read to be sure of it. That what is used
is listed follows from the stand-in, which has nothing but the list; this reads the sources, so that
it is seen without a build too, and finds what is listed in vain.
"""

import json
import re
from pathlib import Path

# Used by nix itself: `nix develop` takes its bash from nixpkgs.
BY_NIX = {"bashInteractive"}
# All that the project takes of these; the stand-in has no more of them either.
PARTS = {
    "stdenv": {"cc.cc.lib", "hostPlatform"},
    "python3": {"override"},
}

root = Path(__file__).parents[2]
listed = json.loads((root / "nix/tests/host/attributes.json").read_text(encoding="utf-8"))
sources = [root / "flake.nix", *sorted((root / "nix").glob("*.nix"))]
lines = "\n".join(file.read_text(encoding="utf-8") for file in sources).splitlines()
text = "\n".join(line.partition("# ")[0] for line in lines)

pkgs = set(re.findall(r"\bpkgs\.([A-Za-z0-9_-]+)", text)) | {"lib"}
lib = set(re.findall(r"(?<!/)\blib\.([A-Za-z0-9_-]+)", text))
for used, name in [(pkgs | BY_NIX, "pkgs"), (lib, "lib")]:
    assert used == set(listed[name]), f"{name}: used xor listed: {sorted(used ^ set(listed[name]))}"
for name, parts in PARTS.items():
    used = set(re.findall(rf"\bpkgs\.{name}\.([A-Za-z0-9_.]+)", text))
    assert used == parts, f"pkgs.{name}: used xor known: {sorted(used ^ parts)}"
for name, file in (listed["lib"] | listed["pkgs"]).items():
    assert re.fullmatch(r"(rust-overlay: )?[\w./-]+\.(nix|sh)", file), f"{name}: no file of nixpkgs"
