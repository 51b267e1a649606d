"""Measures variants of contenders side by side, by the project's own matrix."""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent.parent


class Matrix:
    """The text of dyno.toml, in parts."""

    def __init__(self) -> None:
        """Read it."""
        self.head, *blocks = (PROJECT / "dyno.toml").read_text().split("\n[[contender]]\n")
        self.weight = self.weights()
        # Searches for capacities would take longer than all the rest.
        self.head = re.sub(r"^objective = \{.*\n", "", self.head, flags=re.MULTILINE)
        self.drop(lambda criterion: 'metric = "capacity_per_s"' in criterion)
        self.blocks = {self.name(block): block for block in blocks}

    def text(self) -> str:
        """Give the whole of it."""
        return written(self.head, list(self.blocks.values()))

    @staticmethod
    def name(block: str) -> str:
        """Give the name in a contender's block."""
        found = re.search(r'^name = "(.*)"$', block, re.MULTILINE)
        return found.group(1) if found else sys.exit(f"dyno.toml: no name in {block!r}")

    def variant(self, of: str, name: str, was: str, now: str) -> str:
        """Give the block of a contender under another name, with something replaced in it."""
        block = self.blocks[of]
        if was not in block:
            sys.exit(f"dyno.toml: {was} is not in the block of {of}")
        return block.replace(f'name = "{of}"', f'name = "{name}"', 1).replace(was, now, 1)

    def weights(self) -> float:
        """Sum up the weights of the criteria that are left."""
        return sum(float(it) for it in re.findall(r"^weight = (.*)$", self.head, re.MULTILINE))

    def only(self, scenario: str) -> None:
        """Leave out the criteria of all other scenarios."""
        self.drop(lambda criterion: f'scenario = "{scenario}"' not in criterion)

    def drop(self, unwanted: Callable[[str], bool]) -> None:
        """Leave out some criteria."""
        for criterion in re.findall(r"\[\[decision\.criterion\]\]\n(?:.+\n)+\n?", self.head):
            if unwanted(criterion):
                self.head = self.head.replace(criterion, "")


def written(head: str, blocks: list[str]) -> str:
    """Put a matrix together."""
    return "\n[[contender]]\n".join([head, *blocks])


@contextmanager
def file(text: str) -> Iterator[str]:
    """Give the name of a file with this matrix, in the project's folder, where its commands run."""
    with tempfile.NamedTemporaryFile("w", dir=PROJECT, prefix=".", suffix=".toml") as matrix:
        matrix.write(text)
        matrix.flush()
        yield matrix.name


def arguments(about: str, rounds: int) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--duration", type=int, default=3, help="length of a window in seconds")
    parser.add_argument("--port", type=int, default=5400)
    parser.add_argument("--dyno", default=str(PROJECT / "dyno"), help="the program")
    return parser.parse_args()


def measured(
    options: argparse.Namespace, head: str, blocks: list[str], words: list[str]
) -> dict[str, Any]:
    """Measure these contenders under dyno's driver, and give what the campaign exports."""
    with tempfile.TemporaryDirectory(prefix="variants-") as folder:
        export = Path(folder) / "campaign.json"
        with file(written(head, blocks)) as matrix:
            words = [
                *(options.dyno, "bench", "--matrix", matrix, "--even-if-busy"),
                *("--driver", "dyno", "--rounds", str(options.rounds)),
                *("--duration", f"{options.duration}s", "--warmup", "1s"),
                *("--port", str(options.port), "--out", f"{folder}/campaign"),
                *("--export-json", str(export), *words),
            ]
            ended = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
        # Some trials may be marked.
        if ended.returncode not in (0, 12):
            sys.exit(f"dyno failed: {ended.stdout}{ended.stderr}")
        return json.loads(export.read_text())


def cells(campaign: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Give the summaries by scenario and contender."""
    return {(it["scenario"], it["contender"]): it for it in campaign["summaries"]}


def per_second(rate: float | None) -> str:
    """Show a throughput."""
    return "missing" if rate is None else f"{rate:,.0f}/s"


def milliseconds(us: float | None) -> str:
    """Show a latency or a CPU time that is in microseconds."""
    return "missing" if us is None else f"{us / 1000:.3g} ms"


def mebibytes(kib: float | None) -> str:
    """Show memory that is in KiB."""
    return "missing" if kib is None else f"{kib / 1024:.1f} MiB"
