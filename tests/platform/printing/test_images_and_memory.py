"""QR codes, the check character, fonts as bundled, and what the office process must not hold."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from app import paths
from app.core.codes import has_valid_check, with_check
from app.platform.printing.child import qr_svg

FONTS = paths.static_folder() / "fonts"


def test_qr_carries_a_check_character() -> None:
    text = with_check("0398/KTP/2026")
    assert text.startswith("0398/KTP/2026-")
    assert has_valid_check(text)
    assert not has_valid_check(text.replace("0398", "0389"))


def test_qr_of_the_same_text_is_the_same_drawing() -> None:
    assert qr_svg("0398/KTP/2026-K") == qr_svg("0398/KTP/2026-K")
    assert qr_svg("0398/KTP/2026-K") != qr_svg("0399/KTP/2026-K")
    assert qr_svg("x").startswith("<svg")
    assert 'viewBox="0 0 25 25"' in qr_svg("HALO"), "21 modules of version 1 and two of quiet on each side"


def test_fonts_are_the_ones_that_the_readme_names() -> None:
    noted = dict(re.findall(r"\| `(\S+)` \| \d+ \| `([0-9a-f]{64})` \|", (FONTS / "README.md").read_text("utf-8")))
    there = {path.name for path in FONTS.iterdir() if path.suffix in {".ttf", ".woff2"}}
    assert set(noted) == there
    for name, digest in noted.items():
        assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == digest, name
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")


def test_web_fonts_leave_room_for_the_page() -> None:
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) <= 2 * 22_000


def test_the_office_never_holds_typesetter_or_spreadsheet() -> None:
    code = (
        "import sys, app.platform.printing.papers, app.platform.printing.spreadsheet, app.platform.printing.data.books;"
        "print([m for m in ('typst','segno','xlsxwriter') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=paths.CHECKOUT, check=True)
    assert done.stdout.strip() == "[]"


def test_papers_come_out_from_any_working_folder(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from app.platform.printing.papers import render_paper; from tests.platform.printing.slips import receipt;"
        "print(render_paper('receipt', receipt())[:5])"
    )
    command = [sys.executable, "-c", code, str(paths.CHECKOUT)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.strip() == "b'%PDF-'"
