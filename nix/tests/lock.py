"""Check that a lock file pins every input: `lock.py flake.lock`."""

import json
import re
import sys
from pathlib import Path

lock = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
nodes = lock["nodes"]
wanted = {"nixpkgs", "rust-overlay"}
assert lock["version"] == 7, "another version"
assert set(nodes[lock["root"]]["inputs"]) == wanted, "other inputs than the flake's"
for name in wanted:
    locked = nodes[name]["locked"]
    assert re.fullmatch(r"[0-9a-f]{40}", locked["rev"]), f"{name} has no revision"
    assert re.fullmatch(r"sha256-[A-Za-z0-9+/]{43}=", locked["narHash"]), f"{name} has no hash"
assert nodes["rust-overlay"]["inputs"]["nixpkgs"] == ["nixpkgs"], "rust-overlay does not follow nixpkgs"
