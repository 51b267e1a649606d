"""What the experiments' scripts write into the documents beside them."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path


def measured_on() -> str:
    """Say in a few words when and where this was measured."""
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    model = cpu.group(1) if cpu else platform.machine()
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {model}, {os.cpu_count()} CPUs, "
        f"Linux {platform.release()}"
    )


def put_table(document: Path, lines: list[str]) -> None:
    """Put a table into the document, in place of the last one."""
    head, rest = document.read_text().split("<!-- table -->\n", 1)
    _, tail = rest.split("<!-- end -->\n", 1)
    table = "\n".join(lines)
    document.write_text(f"{head}<!-- table -->\n\n{table}\n\n<!-- end -->\n{tail}")
