"""The process that sets one paper: JSON on stdin, PDF on stdout, gone afterwards.

The typesetter keeps up to 277 MiB once it has run, which an office PC with 2 GB cannot spare; a fresh
process costs about 40 ms. Started as `python -m app.platform.printing.child` by `app.platform.printing.papers` only.
On failure it writes one line to stderr and ends with status 1; personal data never appear in that line.
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import typst


def main() -> int:
    job = json.loads(sys.stdin.buffer.read())
    try:
        pdf = compile_paper(job)
    except (typst.TypstError, ValueError, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {_without_data(str(error))}\n")
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


def compile_paper(job: dict[str, Any]) -> bytes:
    """The PDF of one job (see `papers.job_for`). Arms that cannot be drawn are replaced by the placeholder."""
    images: dict[str, Any] = {
        "qr": {text: qr_svg(text) for text in job["images"]["qr"]},
        "arms": job["images"]["arms"],
    }
    try:
        return _compile_typst(job, images)
    except typst.TypstError as error:
        if "PDF/" in str(error):  # what was typed keeps it from being archivable: the paper comes out all the same
            return _compile_typst(job | {"standards": []}, images)
        if not images["arms"]:
            raise
        return _compile_typst(job, images | {"arms": ""})


def _compile_typst(job: dict[str, Any], images: dict[str, Any]) -> bytes:
    data = {"data": job["data"], "size": job["size"], "copy": job["copy"], "images": images}
    pdf = typst.compile(
        Path(job["template"]),
        root=Path(job["template"]).parent,
        font_paths=[Path(job["fonts"])],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=job["standards"],
        timestamp=datetime.fromisoformat(job["created_at"]),
    )
    assert isinstance(pdf, bytes)
    return pdf


def _without_data(message: str) -> str:
    """The first line, shortened: enough for the log, and a name in it would be cut."""
    if not message:
        return ""
    return message.splitlines()[0][:120]


def qr_svg(text: str) -> str:
    """QR of a text as SVG, error level M (a fold or a stamp may hide 15 %). The same text gives the same bytes.

    Raises ValueError when the text is too long for a QR (about 2,300 bytes).
    """
    import segno

    code = segno.make(text, error="m", micro=False, boost_error=False)
    return code.svg_inline(border=2, dark="#000", light="#fff", omitsize=True)


if __name__ == "__main__":
    sys.exit(main())
