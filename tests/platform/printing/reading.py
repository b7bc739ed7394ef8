"""Read a PDF back with poppler, as another program would."""

import re
import subprocess
from pathlib import Path


def text_of(pdf: bytes, folder: Path) -> str:
    """All text of a PDF with single spaces."""
    return re.sub(r"\s+", " ", raw_text(pdf, folder))


def raw_text(pdf: bytes, folder: Path) -> str:
    """All text with its lines; pages are parted by form feeds."""
    return _run("pdftotext", "-layout", _kept(pdf, folder), "-")


def pages_of(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page."""
    return [re.sub(r"\s+", " ", page) for page in raw_text(pdf, folder).split("\f")[:-1]]


def page_size(pdf: bytes, folder: Path, page: int = 1) -> tuple[int, int]:
    """Width and height of a page in whole millimetres."""
    told = _run("pdfinfo", "-f", str(page), "-l", str(page), _kept(pdf, folder))
    found = re.search(r"Page\s+(?:\d+ )?size:\s+([\d.]+) x ([\d.]+) pts", told)
    assert found
    return round(float(found[1]) / 72 * 25.4), round(float(found[2]) / 72 * 25.4)


def info(pdf: bytes, folder: Path) -> str:
    """What pdfinfo says, times in UTC."""
    return _run("pdfinfo", "-isodates", _kept(pdf, folder))


def pixels_of(pdf: bytes, dots: int = 15) -> list[list[tuple[int, int, int]]]:
    """The first page as rows of (red, green, blue)."""
    command = ("pdftoppm", "-r", str(dots), "-l", "1", "-aa", "no", "-aaVector", "no", "-")
    picture = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    _, size, _, body = picture.split(b"\n", 3)
    wide = int(size.split()[0])
    dot = [(body[n], body[n + 1], body[n + 2]) for n in range(0, len(body), 3)]
    return [dot[n : n + wide] for n in range(0, len(dot), wide)]


def _kept(pdf: bytes, folder: Path) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    return str(path)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("utf-8")
