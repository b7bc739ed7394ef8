"""The arms on letterheads: a PNG or SVG of the office's own, kept as a `data:` address.

Papers draw it, pages show it in an `<img>`; it is never written into a page, so nothing in it can run. What could run
or call out is refused all the same, because the file may be carried elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from app.core.problems import Problem

if TYPE_CHECKING:
    from xml.etree import ElementTree

LIMIT = 40_000
"""Bytes of the file; the setting holds it in base64."""
MOST_PIXELS = 4000
PNG_SIGNATURE, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
PNG, SVG = "data:image/png;base64,", "data:image/svg+xml;base64,"
XHTML = "http://www.w3.org/1999/xhtml"
ACTIVE = frozenset({"script", "foreignobject", "handler", "listener", "iframe", "embed", "object", "audio", "video",
                    "set", "animate", "animatemotion", "animatetransform", "discard"})  # fmt: skip
OUTWARD = re.compile(r"@import|javascript:|url\(\s*['\"]?\s*(?!#)", re.IGNORECASE)
PICTURES = ("#", "data:image/png;base64,", "data:image/jpeg;base64,")
KIND = "Lambang harus berkas PNG atau SVG, paling besar 40 kB."
UNSAFE = (
    "Berkas SVG ini memuat skrip atau alamat luar. Simpan ulang sebagai gambar biasa (SVG polos atau PNG)."
)
BROKEN = "Berkas lambang rusak atau terpotong. Salin ulang berkasnya, lalu pilih lagi."


def as_address(data: bytes) -> str:
    """The file as a `data:` address; an empty file gives an empty text. Raises Problem `invalid` for field `arms`."""
    if not data:
        return ""
    if len(data) > LIMIT:
        raise refused(KIND)
    if data.startswith(PNG_SIGNATURE):
        check_png(data)
        return PNG + base64.b64encode(data).decode("ascii")
    if b"<svg" in data[:4000]:
        check_svg(data)
        return SVG + base64.b64encode(data).decode("ascii")
    raise refused(KIND)


def check_address(text: str) -> str:
    """The address itself when it holds a picture that :func:`as_address` would take. Raises Problem `invalid`."""
    if text and as_address(picture(text)) != text:
        raise refused(BROKEN)
    return text


def picture(address: str) -> bytes:
    """The bytes of the file; nothing for an empty text. Raises Problem `invalid` for another text."""
    if not address:
        return b""
    head = next((one for one in (PNG, SVG) if address.startswith(one)), None)
    if head is None:
        raise refused(KIND)
    try:
        return base64.b64decode(address[len(head) :], validate=True)
    except binascii.Error as error:
        raise refused(BROKEN) from error


def check_png(data: bytes) -> None:
    """Whole, and of a size that a letterhead can use."""
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[12:16] != b"IHDR" or not data.endswith(PNG_END) or not (width and height):
        raise refused(BROKEN)
    if max(width, height) > MOST_PIXELS:
        raise refused(f"Lambang terlalu besar: paling lebar atau tinggi {MOST_PIXELS} titik.")


def check_svg(data: bytes) -> None:
    """Nothing that runs, expands or asks another machine."""
    from xml.etree import ElementTree  # asked for once in an office's life

    if b"<!ENTITY" in data or b"<?xml-stylesheet" in data:
        raise refused(UNSAFE)
    try:
        root = ElementTree.fromstring(data.decode("utf-8"))
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError) as error:
        raise refused(BROKEN) from error
    if local(root.tag) != "svg":
        raise refused(KIND)
    if any(acts(element) for element in root.iter()):
        raise refused(UNSAFE)


def acts(element: ElementTree.Element) -> bool:
    """Whether an element could run something or reach out of the picture."""
    if (
        not isinstance(element.tag, str)
        or element.tag.startswith(f"{{{XHTML}}}")
        or local(element.tag) in ACTIVE
    ):
        return True
    if OUTWARD.search(element.text or ""):
        return True
    for name, value in element.attrib.items():
        plain, written = local(name), value.strip()
        if plain.startswith("on") or OUTWARD.search(written):
            return True
        if plain in ("href", "src") and not written.startswith(PICTURES):
            return True
    return False


def local(name: str) -> str:
    """A tag or attribute without its namespace, in lower case."""
    return name.rpartition("}")[2].lower()


def refused(sentence: str) -> Problem:
    """The problem at the field of the upload."""
    return Problem.of("invalid", {"arms": sentence})
