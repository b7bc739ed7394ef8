"""All papers of the office and the one function that makes them.

`render` starts a child process for each paper and forgets it, so the office itself never holds the
typesetter. The same data give the same bytes: the creation date inside the PDF is `printed_at`.
"""

import base64
import hashlib
import json
import logging
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from app import paths
from app.core import dates
from app.core.clock import office_time
from app.core.problems import Problem
from app.platform.printing.data import (
    books,
    checks,
    common,
    contacts,
    indicators,
    letters,
    people,
    performance,
    privacy,
    quality,
    records,
    students,
    surveys,
)
from app.platform.printing.data import cases as shapes
from app.platform.printing.data.common import Paper
from schema.zone import IN_USE

log = logging.getLogger(__name__)

SHEETS = ("F4", "A4")
CARD = ("ID-1",)
SLIPS = ("80mm", "quarter", "A6")
POSTERS = ("A3", "F4")
TIME_LIMIT = 30.0
"""Seconds. The longest paper of a good PC takes 2; an old one may need ten times that."""

_two_at_once = threading.BoundedSemaphore(2)
"""Typesetting takes up to 277 MiB for a moment; more than two at once would push a 2 GB PC into swapping."""


class PaperKind(msgspec.Struct, frozen=True):
    """One kind of paper: its name in code, Indonesian title, data struct, sizes (default first); `drawn_as` names the
    template where it is not called like the paper."""

    name: str
    title: str
    shape: type[common.Paper]
    sizes: tuple[str, ...]
    drawn_as: str = ""

    @property
    def template(self) -> str:
        return f"{self.drawn_as or self.name}.typ"


_KINDS = (
    PaperKind("filled_form", "Formulir permohonan", shapes.FilledForm, SHEETS, "form"),
    PaperKind("blank_form", "Formulir kosong bernomor", shapes.BlankForm, SHEETS, "form"),
    PaperKind("population_form", "Formulir F-1.02", shapes.PopulationForm, SHEETS),
    PaperKind("receipt", "Tanda terima berkas", shapes.Receipt, SLIPS),
    PaperKind("promise_slip", "Slip permohonan", shapes.PromiseSlip, SLIPS),
    PaperKind("return_slip", "Slip pengembalian berkas", shapes.ReturnSlip, SLIPS),
    PaperKind("recording_list", "Daftar perekaman", shapes.RecordingList, SHEETS),
    PaperKind("covering_letter", "Surat pengantar", shapes.CoveringLetter, SHEETS),
    PaperKind("minutes", "Berita acara serah terima", shapes.Minutes, SHEETS),
    PaperKind("hand_over", "Tanda terima penyerahan", shapes.HandOver, SHEETS),
    PaperKind("register", "Buku register", books.Register, SHEETS),
    PaperKind("standard", "Standar pelayanan", books.Standard, SHEETS),
    PaperKind("sop", "Prosedur (SOP)", books.Sop, SHEETS),
    PaperKind("reconciliation", "Lembar pencocokan harian", shapes.Reconciliation, SHEETS),
    PaperKind("call_list", "Daftar panggilan", shapes.CallList, SHEETS + SLIPS[:1]),
    PaperKind("ready_codes", "Daftar kode siap diambil", shapes.ReadyCodes, SHEETS),
    PaperKind("people_list", "Daftar orang", people.PeopleList, SHEETS),
    PaperKind("statement", "Maklumat pelayanan", books.Statement, SHEETS),
    PaperKind("shipping_list", "Daftar kirim kartu", shapes.ShippingList, SHEETS),
    PaperKind("complaint_receipt", "Tanda terima pengaduan", books.ComplaintReceipt, SLIPS),
    PaperKind("answer_letter", "Surat jawaban pengaduan", books.AnswerLetter, SHEETS),
    PaperKind("complaint_book", "Halaman buku pengaduan", books.BookPage, SHEETS),
    PaperKind("capa", "Lembar LTPP", books.CapaSheet, SHEETS),
    PaperKind("recap", "Rekap pengaduan triwulan", books.RecapSheet, SHEETS),
    PaperKind("annual_report", "Laporan tahunan pengaduan", books.AnnualReport, SHEETS),
    PaperKind("indicator_document", "Naskah indikator", indicators.IndicatorDocument, SHEETS),
    PaperKind("integrity_pact", "Pakta integritas", contacts.IntegrityPact, SHEETS),
    PaperKind("student_card", "Kartu mahasiswa", students.StudentCards, CARD),
    PaperKind("card_sheet", "Lembar kartu mahasiswa", students.StudentCards, ("A4",)),
    PaperKind("distribution_list", "Daftar pembagian kartu", students.DistributionList, SHEETS),
    PaperKind("checklist", "Daftar periksa", students.Checklist, SHEETS),
    PaperKind("intake_report", "Laporan angkatan", students.IntakeReport, SHEETS),
    PaperKind(
        "information_request", "Laporan kebutuhan informasi", contacts.InformationSheet, SHEETS, "information_sheet"
    ),
    PaperKind("information_sheet", "Lembar informasi", contacts.InformationSheet, SHEETS),
    PaperKind("daily_needs", "Laporan kebutuhan pelanggan", books.Register, SHEETS, "register"),
    PaperKind("inventory", "Daftar sarana", books.Register, SHEETS, "register"),
    PaperKind("competence", "Daftar pelaksana", books.Register, SHEETS, "register"),
    PaperKind("internal_check", "Laporan pemeriksaan internal", checks.CheckSheet, SHEETS),
    PaperKind("destruction_minutes", "Berita acara pemusnahan", records.DestructionMinutes, SHEETS),
    PaperKind("official_letter", "Surat dinas", letters.OfficialLetter, SHEETS),
    PaperKind("decree", "Surat keputusan", letters.OfficialLetter, SHEETS),
    PaperKind("headed_letter", "Naskah dinas", letters.OfficialLetter, SHEETS),
    PaperKind("attendance", "Daftar hadir", letters.AttendanceList, SHEETS),
    PaperKind("by_hand", "Buku ekspedisi", books.Register, SHEETS, "register"),
    PaperKind("disposition", "Lembar disposisi", letters.DispositionSheet, SHEETS),
    PaperKind("evaluation_report", "Laporan pemantauan dan evaluasi", quality.EvaluationReport, SHEETS),
    PaperKind("audit_sheet", "Lembar audit unit", quality.AuditSheet, SHEETS),
    PaperKind("quality_targets", "Sasaran Mutu", quality.QualityTargets, SHEETS),
    PaperKind("quality_policy", "Kebijakan Mutu", quality.QualityPolicy, SHEETS),
    PaperKind("held_data", "Data yang tersimpan", privacy.PrivacySheet, SHEETS, "privacy_sheet"),
    PaperKind("request_answer", "Jawaban permintaan data", privacy.PrivacySheet, SHEETS, "privacy_sheet"),
    PaperKind("privacy_notice", "Pemberitahuan data pribadi", privacy.PrivacySheet, SHEETS, "privacy_sheet"),
    PaperKind("incident_sheet", "Lembar kegagalan", privacy.PrivacySheet, SHEETS, "privacy_sheet"),
    PaperKind("incident_notice", "Pemberitahuan kegagalan", privacy.PrivacySheet, SHEETS, "privacy_sheet"),
    PaperKind("processing_register", "Register pemrosesan", privacy.PrivacySheet, SHEETS, "privacy_sheet"),
    PaperKind("by_area", "Laporan bulanan per desa", books.Register, SHEETS, "register"),
    PaperKind("paten", "Laporan PATEN", books.Register, SHEETS, "register"),
    PaperKind("performance", "Laporan sasaran mutu", performance.Performance, SHEETS),
    PaperKind("poster", "Poster papan pengumuman", books.Poster, POSTERS),
    PaperKind("survey_slip", "Slip kode survei", surveys.SurveySlip, SLIPS),
    PaperKind("survey_form", "Lembar survei", surveys.SurveyForms, SHEETS),
    PaperKind("survey_report", "Laporan survei kepuasan", surveys.SurveyReport, SHEETS),
    PaperKind("survey_poster", "Poster hasil survei", surveys.SurveyReport, POSTERS),
)
PAPERS = {paper.name: paper for paper in _KINDS}


def render_paper(
    paper: str, data: common.Paper, *, size: str = "", copy: bool = False, dialogue: bool = False
) -> bytes:
    """The PDF of one paper.

    `size` is one of the paper's sizes, the first one when empty; `copy` prints SALINAN on every page;
    `dialogue` makes it open with the print dialogue (for browsers; leave it off for files that are kept).
    Raises KeyError or ValueError for a wrong paper, size or struct (a mistake in the program) and
    Problem("print_failed") with a reason when the paper could not be made.
    """
    job = json.dumps(job_for(PAPERS[paper], data, size, copy, dialogue)).encode("ascii")
    pdf = _check_result(paper, _run_child(paper, job))
    if dialogue:
        return with_print_dialogue(pdf)
    return pdf


def _run_child(paper: str, job: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "app.platform.printing.child"]
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


def job_for(paper: PaperKind, data: common.Paper, size: str, copy: bool, dialogue: bool = False) -> dict[str, Any]:
    """What the child reads: template, fonts, data, the texts that it draws as images, and what kind of PDF it is to be:
    PDF/UA-1 always, PDF/A-2a unless it opens with the print dialogue, which an archive's file must not."""
    if not isinstance(data, paper.shape):
        raise ValueError(f"{paper.name} needs {paper.shape.__name__}, not {type(data).__name__}")
    chosen = size or paper.sizes[0]
    if chosen not in paper.sizes:
        raise ValueError(f"{paper.name} has no size {chosen}")
    plain = plain_data(data)
    standards = ["a-2a", "ua-1"]
    if dialogue:
        standards = ["ua-1"]
    return {
        "template": str(paths.template_folder() / "paper" / paper.template),
        "fonts": str(paths.static_folder() / "fonts"),
        "size": chosen,
        "copy": copy,
        "standards": standards,
        "created_at": data.printed_at.isoformat(),
        "data": plain,
        "images": {
            "qr": image_texts(plain, "qr"),
            "arms": arms_svg(data.head.arms),
        },
    }


def content_digest(data: common.Paper) -> str:
    """What a paper says, as a number: the same content printed once more is a copy, whoever prints it and when.

    Nothing is said by an empty value, so that a field added later leaves earlier contents as they are.
    """
    text = json.dumps(content_of(data), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def content_of(value: Any) -> Any:
    """What a part of a paper says, in plain dicts and lists: without what is empty, stands beside the content, or only
    orders the signatures (`standing`)."""
    if isinstance(value, msgspec.Struct):
        beside = value.beside_content if isinstance(value, common.Part) else ()
        value = {name: getattr(value, name) for name in value.__struct_fields__ if name not in beside}
    if isinstance(value, dict):
        return {name: content_of(inner) for name, inner in value.items() if inner and name != "standing"}
    if isinstance(value, list | tuple):
        return [content_of(inner) for inner in value]
    return msgspec.to_builtins(value)


def _check_result(paper: str, done: subprocess.CompletedProcess[bytes]) -> bytes:
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-"):
        return done.stdout
    why = done.stderr.decode("utf-8", errors="replace").strip()
    log.error("paper %s failed with status %s: %s", paper, done.returncode, why[-500:])
    if done.returncode < 0 or "MemoryError" in why:
        raise Problem.of("print_failed", why="komputer kehabisan memori; tutup program lain")
    raise Problem.of("print_failed", why="data atau gambar di dalamnya tidak dapat disusun; beri tahu administrator")


PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
IMAGE_KEYS = frozenset({"qr", "charts", "photo_svg"})
"""Fields whose text is drawn as an image; they reach the child unchanged."""


def plain_data(data: Paper) -> dict[str, Any]:
    """The struct as dicts, lists and text. Dates become objects with all their spellings; arms are left out."""
    built: dict[str, Any] = msgspec.to_builtins(data, builtin_types=(date, datetime, bytes))
    built["head"] = {key: value for key, value in built["head"].items() if key != "arms"}
    plain: dict[str, Any] = _to_plain(built)
    return plain


def image_texts(plain: Any, key: str) -> list[str]:
    return list(dict.fromkeys(filter(None, _find_texts(plain, key))))


def arms_svg(arms: bytes) -> str:
    """The arms as SVG text: an SVG as it is, a PNG wrapped into one. Empty for nothing or an unknown format."""
    if arms.startswith(PNG_SIGNATURE) and len(arms) > 24:
        width = int.from_bytes(arms[16:20], "big")
        height = int.from_bytes(arms[20:24], "big")
        picture = base64.b64encode(arms).decode("ascii")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
            f'<image width="{width}" height="{height}" href="data:image/png;base64,{picture}"/></svg>'
        )
    text = arms.decode("utf-8", errors="replace")
    return text if "<svg" in text[:2000] else ""


def photo_svg(photo: bytes, kind: str) -> str:
    """A photo wrapped into SVG that fills its frame; the typesetter draws it as it draws the arms."""
    picture = base64.b64encode(photo).decode("ascii")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 4"><image width="3" height="4" '
        f'preserveAspectRatio="xMidYMid slice" href="data:image/{kind};base64,{picture}"/></svg>'
    )


def _to_plain(value: Any, key: str = "") -> Any:
    if isinstance(value, str):
        if key in IMAGE_KEYS:
            return value
        return _to_printable(value)
    if isinstance(value, datetime):
        return _spell_moment(value)
    if isinstance(value, date):
        return _spell_date(value)
    if isinstance(value, dict):
        return {name: _to_plain(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(inner, key) for inner in value]
    return value


def _find_texts(plain: Any, key: str) -> Iterator[str]:
    if isinstance(plain, dict):
        for name, inner in plain.items():
            if name == key and isinstance(inner, str):
                yield inner
            else:
                yield from _find_texts(inner, key)
    elif isinstance(plain, list):
        for inner in plain:
            yield from _find_texts(inner, key)


def _to_printable(text: str) -> str:
    """Without control and direction-changing signs: they could make a paper say something else than the record."""
    if text.isprintable():
        return text
    return "".join(map(_printable_sign, text))


def _printable_sign(sign: str) -> str:
    if sign == "\n" or unicodedata.category(sign)[0] != "C":
        return sign
    return " "


@lru_cache(maxsize=4096)
def _spell_date(on: date) -> dict[str, Any]:
    return {
        "iso": on.isoformat(),
        "day": on.day,
        "weekday": on.isoweekday(),
        "month": dates.short_date(on).split()[1],
        "plain": dates.plain_date(on),
        "long": dates.long_date(on),
        "short": dates.short_date(on),
        "numeric": dates.numeric_date(on),
        "spelled": dates.spelled_date(on),
    }


def _spell_moment(at: datetime) -> dict[str, Any]:
    day = _spell_date(office_time(at).date())
    time = dates.clock_time(at)
    return {
        **day,
        "time": time,
        "zone": IN_USE.name,
        "stamp": f"{day['plain']} {time}",
        "long_stamp": f"{day['long']} {time}",
    }


_TRAILER = re.compile(
    rb"trailer\s*+<<(?P<entries>(?:(?!trailer).)*?)>>\s*+startxref\s*(?P<start>\d+)\s*%%EOF\s*$", re.DOTALL
)
_ROOT = re.compile(rb"/Root (\d+) 0 R")


_PAGES = re.compile(rb"/Type/Pages/Count (\d+)/")


def count_pages(pdf: bytes) -> int:
    """How many pages a paper has. Raises ValueError for a PDF of another build."""
    counted = _PAGES.search(pdf)
    if counted is None:
        raise ValueError("the PDF does not say how many pages it has")
    return int(counted[1])


def with_print_dialogue(pdf: bytes) -> bytes:
    """The same document that asks to be printed when it is opened. Raises ValueError for a PDF of another build."""
    return with_catalog_entry(pdf, b"/OpenAction<</S/Named/N/Print>>")


def with_empty_form(pdf: bytes) -> bytes:
    """The same document with a form that has no field yet: what signs it adds its own and changes nothing else."""
    return with_catalog_entry(pdf, b"/AcroForm<</Fields[]>>")


def with_catalog_entry(pdf: bytes, entry: bytes) -> bytes:
    """The same document whose catalogue says one thing more. Raises ValueError for a PDF of another build."""
    trailer = _TRAILER.search(pdf, max(0, len(pdf) - 2000))
    root = None
    if trailer:
        root = _ROOT.search(trailer["entries"])
    if trailer is None or root is None:
        raise ValueError("not a PDF with a plain trailer")
    number = root[1]
    catalog = re.compile(rb"\n" + number + rb" 0 obj\s*+<<((?:(?! 0 obj).)*?)>>\s*+endobj", re.DOTALL).search(pdf)
    if catalog is None:
        raise ValueError("the catalogue of the PDF is not where the trailer says")
    if pdf.endswith(b"\n"):
        body = pdf
    else:
        body = pdf + b"\n"
    update = number + b" 0 obj\n<<" + catalog[1] + entry + b">>\nendobj\n"
    table = b"xref\n" + number + b" 1\n" + f"{len(body):010d} 00000 n \n".encode()
    entries = re.sub(rb"/Prev \d+", b"", trailer["entries"]) + b"/Prev " + trailer["start"]
    end = b"trailer\n<<" + entries + b">>\nstartxref\n" + str(len(body) + len(update)).encode() + b"\n%%EOF\n"
    return body + update + table + end
