"""Make a PDF open with the print dialogue.

Browsers and Acrobat both know the named action "Print" as what a document does when it is opened. The
typesetter cannot write it, so it is appended as an incremental update: the bytes before stay as they are.
"""

from __future__ import annotations

import re

_TRAILER = re.compile(
    rb"trailer\s*+<<(?P<entries>(?:(?!trailer).)*?)>>\s*+startxref\s*(?P<start>\d+)\s*%%EOF\s*$", re.DOTALL
)
_ROOT = re.compile(rb"/Root (\d+) 0 R")


def with_print_dialogue(pdf: bytes) -> bytes:
    """The same document that asks to be printed when it is opened. Raises ValueError for a PDF of another build."""
    trailer = _TRAILER.search(pdf, max(0, len(pdf) - 2000))
    root = _ROOT.search(trailer["entries"]) if trailer else None
    if trailer is None or root is None:
        raise ValueError("not a PDF with a plain trailer")
    number = root[1]
    catalog = re.compile(rb"\n" + number + rb" 0 obj\s*+<<((?:(?! 0 obj).)*?)>>\s*+endobj", re.DOTALL).search(
        pdf
    )
    if catalog is None:
        raise ValueError("the catalogue of the PDF is not where the trailer says")
    body = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    action = b"/OpenAction<</S/Named/N/Print>>"
    update = number + b" 0 obj\n<<" + catalog[1] + action + b">>\nendobj\n"
    table = b"xref\n" + number + b" 1\n" + f"{len(body):010d} 00000 n \n".encode()
    entries = re.sub(rb"/Prev \d+", b"", trailer["entries"]) + b"/Prev " + trailer["start"]
    end = b"trailer\n<<" + entries + b">>\nstartxref\n" + str(len(body) + len(update)).encode() + b"\n%%EOF\n"
    return body + update + table + end
