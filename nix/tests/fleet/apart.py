"""Take a campaign apart: `apart.py CAMPAIGN FOLDER` makes a folder of every round, named by its number."""

import csv
import shutil
import sys
from pathlib import Path

campaign, folder = map(Path, sys.argv[1:])


def rows(name: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read the columns and rows of a table, if it is there."""
    file = campaign / name
    if not file.exists():
        return [], []
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        return list(reader.fieldnames or []), list(reader)


tables = {name: rows(name) for name in ("samples.csv", "probes.csv")}
for number in {row["round"] for row in tables["samples.csv"][1]}:
    there = folder / number
    there.mkdir(parents=True)
    for name in ("plan.json", "environment.json"):
        shutil.copy(campaign / name, there)
    if (campaign / "load").exists():
        shutil.copytree(campaign / "load", there / "load")
    for name, (columns, found) in tables.items():
        of_round = [row for row in found if row["round"] == number]
        if not of_round:
            continue
        with (there / name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(of_round)
        for trial in {row["folder"] for row in of_round}:
            shutil.copytree(campaign / trial, there / trial, dirs_exist_ok=True)
