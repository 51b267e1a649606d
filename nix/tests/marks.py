"""Check whose trials a finished campaign marks: `marks.py FOLDER VALID... / MARKED...`."""

import csv
import sys
from pathlib import Path

folder, *names = sys.argv[1:]
valid, marked = names[: names.index("/")], names[names.index("/") + 1 :]
with Path(folder, "samples.csv").open(encoding="utf-8") as file:
    samples = list(csv.DictReader(file))
found = {sample["contender"] for sample in samples}
assert found == {*valid, *marked}, f"other contenders: {sorted(found)}"
for sample in samples:
    wanted = sample["contender"] in valid
    assert (sample["status"] == "ok") is wanted, f"{sample['contender']}: {sample['status']} {sample['reason']}"
assert Path(folder, "decision.md").is_file(), "there is no decision"
