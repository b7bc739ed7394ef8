"""`python -m tests.world.sameness BEFORE AFTER`: what two walks wrote, entry by entry and paper by paper.

The net of a rebuild that changes no word: `run.py demo --walk --today DAY --data …` before and after, each into a
folder of its own with `--out FOLDER/kertas`. Keys, salts, codes and digests differ in every walk and are masked; wire
fields, their order, numbers and sentences are compared.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import apsw

RANDOM = re.compile(
    r"[0-9a-f]{12,}|[\w+/-]{16,}={0,2}|[\w+/]{10,}=|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|127\.0\.0\.1:\d+|\b\d\d[.:]\d\d(?:[.:]\d\d)?\b"
)
"""Digests and keys, salts, codes of slips, ports, times of the day."""
SALTED = ("salt", "code", "key", "hash")


def masked(text: str) -> str:
    return RANDOM.sub("*", text)


def stable(value: Any) -> Any:
    """The body of an entry with its fields in their order, without what is random."""
    if isinstance(value, dict):
        return {name: "*" if name in SALTED else stable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [stable(part) for part in value]
    return masked(value) if isinstance(value, str) else value


def entries(folder: Path) -> Iterator[str]:
    """Every entry of every journal below: side, kind and body as it was written."""
    for path in sorted(folder.rglob("*.sqlite3")):
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        for head, body in db.execute("SELECT head, body FROM journal JOIN journal_body USING (id) ORDER BY id"):
            entry = json.loads(head + b"}")  # what is signed goes on with the body
            content = json.dumps(stable(json.loads(body)), ensure_ascii=False)
            yield f"{path.stem} {entry['type']}/{entry['dataschema']} {content}"
        db.close()


def paper_lines(folder: Path) -> Iterator[str]:
    """Every line of every paper below, with the paper's name without the numbers in it."""
    for path in sorted(folder.rglob("*.pdf")):
        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, encoding="utf-8", check=True)
        name = re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}|\d+", "#", path.stem)
        for line in text.stdout.splitlines():
            if line.strip():
                yield f"{name}: {masked(' '.join(line.split()))}"


def differences(before: Iterable[str], after: Iterable[str]) -> tuple[int, list[str]]:
    """How many there were before, and what only one side has, `-` before and `+` after."""
    earlier, later = Counter(before), Counter(after)
    gone = [f"- {line}" for line in (earlier - later).elements()]
    return earlier.total(), gone + [f"+ {line}" for line in (later - earlier).elements()]


def main(before: Path, after: Path) -> int:
    """Print the counts and every difference; 1 where there is one."""
    different = 0
    for what, read in (("entries", entries), ("lines of papers", paper_lines)):
        total, lines = differences(read(before), read(after))
        sys.stdout.write(f"{total} {what}, {len(lines)} differ\n")
        sys.stdout.writelines(f"{line}\n" for line in sorted(lines, key=lambda line: (line[2:], line[0])))
        different += len(lines)
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
