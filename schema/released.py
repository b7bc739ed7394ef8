"""The frozen list of migration steps: `python -m schema.released` adds the digests of new files to released.toml.

It never changes a digest that is listed. A step that nobody outside has run yet may be edited after its line was
taken out of the list by hand.
"""

import hashlib
import sys
import tomllib
from pathlib import Path

SCHEMA = Path(__file__).parent
LIST = SCHEMA / "released.toml"
FOLDERS = ("common", "office", "centre")
HEAD = "# SHA-256 of every migration step; a listed one is never edited. `python -m schema.released` adds new ones.\n"


def present_digests() -> dict[str, str]:
    paths = [path for folder in FOLDERS for path in sorted((SCHEMA / folder).glob("*.sql"))]
    return {
        path.relative_to(SCHEMA).as_posix(): hashlib.sha256(path.read_text(encoding="utf-8").encode()).hexdigest()
        for path in paths
    }


def listed_digests() -> dict[str, str]:
    return dict(tomllib.loads(LIST.read_text(encoding="utf-8"))) if LIST.exists() else {}


def main() -> int:
    """Add what is new; 1 when a listed file was edited or is gone."""
    now, before = present_digests(), listed_digests()
    wrong = [name for name, digest in before.items() if now.get(name) != digest]
    if wrong:
        sys.stderr.write("edited or gone, restore these files and write a new step instead: " + ", ".join(wrong) + "\n")
        return 1
    LIST.write_text(HEAD + "".join(f'"{name}" = "{digest}"\n' for name, digest in now.items()), encoding="utf-8")
    sys.stdout.write(f"{len(now) - len(before)} new, {len(now)} listed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
