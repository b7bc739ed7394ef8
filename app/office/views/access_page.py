"""The log of who signed in and who saw full numbers, in words, page by page."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app.people.access_log import access_lines
from app.web.context import db
from app.web.guard import needs
from app.web.pages import page

pages = Blueprint("access", __name__, url_prefix="/keadaan/akses")
PER_PAGE = 50
ACTIONS = {
    "sign_in": "Masuk", "sign_in.refused": "Gagal masuk", "sign_out": "Keluar", "lock": "Layar dikunci",
    "unlock": "Layar dibuka", "unlock.refused": "Gagal membuka layar", "password.changed": "Kata sandi diganti",
    "pin.changed": "PIN diganti", "pin.refused": "PIN salah", "password.given": "Kata sandi baru diberikan",
    "admin.reset": "Akses administrator dipulihkan", "pin.too_new": "PIN baru belum berlaku",
    "authority.proposed": "Mengusulkan perubahan hak", "authority.confirmed": "Menyetujui perubahan hak",
    "authority.withdrawn": "Membatalkan usulan perubahan hak", "authority.refused": "Menolak usulan perubahan hak",
    "authority.alone": "Mengesahkan perubahan hak dengan perintah di komputer",
    "case.reveal": "Melihat nomor lengkap", "register.export": "Mengunduh register",
    "dispatch.annex": "Mencetak lampiran pengiriman (Terbatas)", "dispatch.xlsx": "Mengunduh daftar pengiriman",
    "backup.made": "Membuat cadangan",
    "road.fork_settled": "Melanjutkan aliran yang berhenti",
}  # fmt: skip
SUBJECTS = {"case": "Berkas", "register": "Register", "dispatch": "Pengiriman", "stream": "Aliran"}
CASE_PAGE = "cases.show"


def about(subject: str) -> tuple[str, int | None]:
    """What a line is about in words, and the case to open, if it is one."""
    kind, _, rest = subject.partition("/")
    words = f"{SUBJECTS[kind]} {rest}" if kind in SUBJECTS else subject
    linked = kind == "case" and rest.isdecimal() and CASE_PAGE in current_app.view_functions
    return words, int(rest) if linked else None


@pages.get("/", endpoint="page")
@needs("access.view")
def overview() -> ResponseReturnValue:
    """The newest lines; `sebelum` pages to older ones."""
    asked = request.args.get("sebelum", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    rows = access_lines(db(), limit=PER_PAGE + 1, before=before)
    lines = [
        (line, ACTIONS.get(line.action, line.action), *about(line.subject)) for _, line in rows[:PER_PAGE]
    ]
    older = rows[PER_PAGE - 1][0] if len(rows) > PER_PAGE else None
    return page("office/access.html", lines=lines, older=older, first=before is None, case_page=CASE_PAGE)
