"""`python -m tests.template_lines [--fix] [FILE or FOLDER…]`: names what is laid out otherwise, or writes it."""

import sys
from pathlib import Path

from tests.template_lines import TEMPLATES, other_layouts

fix = "--fix" in sys.argv
other = other_layouts([Path(name) for name in sys.argv[1:] if name != "--fix"] or [TEMPLATES])
for path, text in other.items():
    sys.stdout.write(f"{path}\n")
    if fix:
        path.write_text(text, encoding="utf-8")
sys.exit(bool(other) and not fix)
