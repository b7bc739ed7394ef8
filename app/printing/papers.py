"""All papers of the office and the one function that makes them.

`render` starts a child process for each paper and forgets it, so the office itself never holds the
typesetter. The same data give the same bytes: the creation date inside the PDF is `printed_at`.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec

from app import paths
from app.core.problems import Problem
from app.printing import data as shapes
from app.printing.encode import arms_svg, image_texts, plain_data
from app.printing.opening import with_print_dialogue

log = logging.getLogger(__name__)

SHEETS = ("F4", "A4")
SLIPS = ("80mm", "quarter", "A6")
POSTERS = ("A3", "F4")
SIZE_TITLES = {
    "F4": "F4 (215 × 330 mm)",
    "A4": "A4 (210 × 297 mm)",
    "A3": "A3 (297 × 420 mm)",
    "80mm": "Rol 80 mm",
    "quarter": "Seperempat F4",
    "A6": "A6 (seperempat A4)",
}
TIME_LIMIT = 30.0
"""Seconds. The longest paper of a good PC takes 2; an old one may need ten times that."""

_two_at_once = threading.BoundedSemaphore(2)
"""Typesetting takes up to 277 MiB for a moment; more than two at once would push a 2 GB PC into swapping."""


class Paper(msgspec.Struct, frozen=True):
    """One kind of paper: its name in code, Indonesian title, template, data struct, sizes (default first)."""

    name: str
    title: str
    template: str
    shape: type[shapes.Paper]
    sizes: tuple[str, ...]


def _catalogue(*papers: Paper) -> dict[str, Paper]:
    return {paper.name: paper for paper in papers}


PAPERS: dict[str, Paper] = _catalogue(
    Paper("filled_form", "Formulir permohonan", "form.typ", shapes.FilledForm, SHEETS),
    Paper("blank_form", "Formulir kosong bernomor", "form.typ", shapes.BlankForm, SHEETS),
    Paper("receipt", "Tanda terima berkas", "receipt.typ", shapes.Receipt, SLIPS),
    Paper("promise_slip", "Slip permohonan", "promise_slip.typ", shapes.PromiseSlip, SLIPS),
    Paper("return_slip", "Slip pengembalian berkas", "return_slip.typ", shapes.ReturnSlip, SLIPS),
    Paper("recording_list", "Daftar perekaman", "recording_list.typ", shapes.RecordingList, SHEETS),
    Paper("covering_letter", "Surat pengantar", "covering_letter.typ", shapes.CoveringLetter, SHEETS),
    Paper("minutes", "Berita acara serah terima", "minutes.typ", shapes.Minutes, SHEETS),
    Paper("hand_over", "Tanda terima penyerahan", "hand_over.typ", shapes.HandOver, SHEETS),
    Paper("register", "Buku register", "register.typ", shapes.Register, SHEETS),
    Paper("standard", "Standar pelayanan", "standard.typ", shapes.Standard, SHEETS),
    Paper("reconciliation", "Lembar pencocokan harian", "reconciliation.typ", shapes.Reconciliation, SHEETS),
    Paper("call_list", "Daftar panggilan", "call_list.typ", shapes.CallList, SHEETS + SLIPS[:1]),
    Paper("ready_codes", "Daftar kode siap diambil", "ready_codes.typ", shapes.ReadyCodes, SHEETS),
    Paper("statement", "Maklumat pelayanan", "statement.typ", shapes.Statement, SHEETS),
    Paper("shipping_list", "Daftar kirim kartu", "shipping_list.typ", shapes.ShippingList, SHEETS),
    Paper("labels", "Label map berkas", "labels.typ", shapes.Labels, SHEETS),
    Paper(
        "complaint_receipt", "Tanda terima pengaduan", "complaint_receipt.typ", shapes.ComplaintReceipt, SLIPS
    ),
    Paper("answer_letter", "Surat jawaban pengaduan", "answer_letter.typ", shapes.AnswerLetter, SHEETS),
    Paper("complaint_book", "Halaman buku pengaduan", "complaint_book.typ", shapes.BookPage, SHEETS),
    Paper("capa", "Lembar LTPP", "capa.typ", shapes.CapaSheet, SHEETS),
    Paper("recap", "Rekap pengaduan triwulan", "recap.typ", shapes.RecapSheet, SHEETS),
    Paper("poster", "Poster papan pengumuman", "poster.typ", shapes.Poster, POSTERS),
)


def render(
    paper: str, data: shapes.Paper, *, size: str = "", copy: bool = False, dialogue: bool = False
) -> bytes:
    """The PDF of one paper.

    `size` is one of the paper's sizes, the first one when empty; `copy` prints SALINAN on every page;
    `dialogue` makes it open with the print dialogue (for browsers; leave it off for files that are kept).
    Raises KeyError or ValueError for a wrong paper, size or struct (a mistake in the program) and
    Problem("print_failed") with a reason when the paper could not be made.
    """
    job = json.dumps(job_for(PAPERS[paper], data, size, copy)).encode("ascii")
    pdf = _checked(paper, _run_child(paper, job))
    return with_print_dialogue(pdf) if dialogue else pdf


def _run_child(paper: str, job: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "app.printing.child"]
    with _two_at_once:
        try:
            return subprocess.run(
                command,
                input=job,
                capture_output=True,
                timeout=TIME_LIMIT,
                cwd=paths.CHECKOUT,  # the folder of the package, so that `-m` finds it wherever the office was started
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no black window on Windows
            )
        except subprocess.TimeoutExpired:
            log.exception("paper %s took longer than %s s", paper, TIME_LIMIT)
            raise Problem.of("print_failed", why=f"lebih dari {TIME_LIMIT:.0f} detik belum selesai") from None
        except OSError:
            log.exception("paper %s: typesetter did not start", paper)
            raise Problem.of("print_failed", why="program penyusun kertas tidak dapat dijalankan") from None


def job_for(paper: Paper, data: shapes.Paper, size: str, copy: bool) -> dict[str, Any]:
    """What the child reads: template, fonts, data and the texts that it draws as images."""
    if not isinstance(data, paper.shape):
        raise ValueError(f"{paper.name} needs {paper.shape.__name__}, not {type(data).__name__}")
    chosen = size or paper.sizes[0]
    if chosen not in paper.sizes:
        raise ValueError(f"{paper.name} has no size {chosen}")
    plain = plain_data(data)
    return {
        "template": str(_templates() / paper.template),
        "fonts": str(paths.static() / "fonts"),
        "size": chosen,
        "copy": copy,
        "created_at": data.printed_at.isoformat(),
        "data": plain,
        "images": {
            "qr": image_texts(plain, "qr"),
            "barcode": image_texts(plain, "barcode"),
            "arms": arms_svg(data.head.arms),
        },
    }


def _templates() -> Path:
    return paths.templates() / "paper"


def _checked(paper: str, done: subprocess.CompletedProcess[bytes]) -> bytes:
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-"):
        return done.stdout
    why = done.stderr.decode("utf-8", errors="replace").strip()
    log.error("paper %s failed with status %s: %s", paper, done.returncode, why[-500:])
    if done.returncode < 0 or "MemoryError" in why:
        raise Problem.of("print_failed", why="PC kehabisan memori; tutup program lain")
    raise Problem.of(
        "print_failed", why="data atau gambar di dalamnya tidak dapat disusun; beri tahu administrator"
    )
