"""What the desk sees beside a KTP form: the photo's background, and whether the recording is done."""

from __future__ import annotations

from datetime import date

from app.cases.fields import Form
from app.cases.notices import Aside
from app.core.date_input import photo_background
from app.ktp.recording import STATUSES, latest, told_when
from schema.database import Database

COLOURS = {"red": "merah", "blue": "biru"}
NEVER = "NIK ini belum pernah dicatat direkam di sini. Setelah berkas lengkap, pemohon langsung ke meja perekaman."


def background_word(form: Form) -> str:
    """`merah` or `biru` by the year of birth (SP 2.2); empty while the birth date is unknown."""
    birth = form.values.get("birth_on", "")
    return COLOURS[photo_background(date.fromisoformat(birth))] if birth else ""


def photo(form: Form) -> list[Aside]:
    """The card of the pas foto."""
    birth = form.values.get("birth_on", "")
    if not birth:
        return []
    born = date.fromisoformat(birth)
    colour, odd = photo_background(born), born.year % 2
    here, other = ("ganjil", "genap") if odd else ("genap", "ganjil")
    otherwise = "biru" if odd else "merah"
    return [
        Aside(
            "photo",
            "Latar pas foto",
            COLOURS[colour].capitalize(),
            f"Lahir {born.year}, tahun {here}. Ukuran 3 × 4 cm, satu lembar.",
            "photo-red" if colour == "red" else "photo-blue",
            (f"Kalau tahunnya {other}?", f"Latarnya {otherwise} (SP 2.2)."),
        )
    ]


def recording(db: Database, form: Form) -> list[Aside]:
    """The card of the recording: done once in a lifetime (SP 4.5)."""
    nik = form.values.get("nik", "")
    if not nik:
        return []
    last = latest(db, nik)
    if last is None or last.status == "unregistered":
        return [Aside("recording", "Perekaman", "", NEVER)]
    return [
        Aside("recording", "Perekaman", "", f"Sudah direkam di {told_when(last)}. {STATUSES[last.status][1]}")
    ]
