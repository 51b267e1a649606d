"""Check that every relative link of the Markdown files leads somewhere: `links.py FOLDER`."""

import re
import sys
from pathlib import Path

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """Name the headings as forges do."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    titles = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(plain))
    return {title.replace(" ", "-") for title in titles}


def faults(file: Path) -> list[str]:
    """Say what is wrong with the links of a file."""
    found = []
    for link in LINK.findall(CODE.sub("", file.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path) if path else file
        if not target.exists():
            found.append(f"{file}: {link} leads nowhere")
        elif anchor and target.suffix == ".md":
            if anchor not in anchors(target.read_text(encoding="utf-8")):
                found.append(f"{file}: {link}: there is no such heading")
    return found


def main() -> None:
    """Go through all files."""
    files = sorted(Path(sys.argv[1]).rglob("*.md"))
    if not files:
        sys.exit("there are no Markdown files")
    found = [fault for file in files for fault in faults(file)]
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
