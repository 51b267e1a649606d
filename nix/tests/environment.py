"""Check what a campaign made with the stand-in says of itself.

`environment.py FILE run|sandbox INPUT... / CONTENDER...`
"""

import json
import sys
from pathlib import Path

file, kind, *names = sys.argv[1:]
flakes, contenders = names[: names.index("/")], names[names.index("/") + 1 :]
environment = json.loads(Path(file).read_text(encoding="utf-8"))
store = environment["store"]
assert store["outside"] == [], f"not from the store: {store['outside']}"
everything = {"wrk", "GNU time", *contenders}
assert set(store["paths"]) == everything, f"other paths: {store['paths']}"
assert all(path.startswith("/nix/store/") for path in store["paths"].values()), store["paths"]
inputs = {it["name"]: it["pinned"] for it in store["inputs"]}
assert inputs == dict.fromkeys(flakes, False), f"inputs: {store['inputs']}"
assert store["pinned"] is False, "the stand-in passes for the pinned world"
assert environment["hermetic"] is False, "a campaign with the stand-in calls itself hermetic"
assert environment["sandboxed"] is (kind == "sandbox"), f"sandboxed is {environment['sandboxed']}"
assert environment["revision"] == store["revision"] != "", "no revision"
