"""What a register column can mean, and the Indonesian headings by which counters call it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import msgspec

from app.importing.spreadsheet import Row, Sheet

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_IN_BRACKETS = re.compile(r"\([^)]{0,200}\)")


class Field(msgspec.Struct, frozen=True):
    """A meaning: its key in code, its label for the officer, and known headings (see `squeeze`)."""

    key: str
    label: str
    needed: bool
    headings: tuple[str, ...]


@lru_cache(maxsize=2048)
def to_letter_key(text: str) -> str:
    """`TEMPAT, TGL. LAHIR` becomes `tempattgllahir`: only letters and digits tell headings apart."""
    plain = unicodedata.normalize("NFKD", text).lower().replace("&", " dan ")
    return _NOT_LETTERS.sub("", plain)


def to_unbracketed_key(text: str) -> str:
    """As `squeeze`, without what stands in brackets (`NIK (16 digit)`)."""
    return to_letter_key(_IN_BRACKETS.sub(" ", text))


def _new_field(key: str, label: str, headings: str, *, needed: bool = False) -> Field:
    return Field(key, label, needed, tuple(headings.split()))


FIELDS: tuple[Field, ...] = (
    _new_field("number", "Nomor urut", "no nomor nourut nomorurut urut noreg noregister nmr"),
    _new_field(
        "received",
        "Tanggal terima",
        "tgl tanggal tglterima tanggalterima tglmasuk tanggalmasuk tglpermohonan tanggalpermohonan"
        " tglpengajuan tanggalpengajuan tgldaftar tanggaldaftar tglregister haritanggal haritgl tglpelayanan"
        " tanggalpelayanan tglberkas tglmasukberkas",
        needed=True,
    ),
    _new_field(
        "nik",
        "NIK",
        "nik nonik nomornik noktp nomorktp noinduk nomorindukkependudukan nikpemohon noidentitas niknoktp",
        needed=True,
    ),
    _new_field("kk", "No. KK", "nokk nomorkk kk nokartukeluarga nomorkartukeluarga kartukeluarga nkk"),
    _new_field(
        "name",
        "Nama lengkap",
        "nama namalengkap namapemohon namawarga namapenduduk namalengkappemohon nm namapemilik",
        needed=True,
    ),
    _new_field(
        "birth",
        "Tempat dan tanggal lahir",
        "tempattgllahir tempattanggallahir tempatdantanggallahir tempatdantgllahir ttl tmpttgllahir"
        " tmptgllahir tempatlahirtgllahir tempattgllhr tpttgllahir kelahiran tempattanggallhr",
    ),
    _new_field("birth_place", "Tempat lahir", "tempatlahir tmptlahir tmplahir tptlahir kotalahir"),
    _new_field("birth_on", "Tanggal lahir", "tgllahir tanggallahir tgllhr tanggallhr lahirtgl"),
    _new_field("sex", "Jenis kelamin", "lp jk jeniskelamin kelamin jnskelamin jkel sex gender"),
    _new_field(
        "address",
        "Alamat",
        "alamat alamatrtrw alamatlengkap alamatpemohon alamatrumah dusun jalandusun dusunrtrw",
    ),
    _new_field("rt_rw", "RT/RW", "rtrw rtdanrw"),
    _new_field("rt", "RT", "rt"),
    _new_field("rw", "RW", "rw"),
    _new_field(
        "village",
        "Desa",
        "desa desakelurahan desakel kelurahan namadesa asaldesa desaasal keldesa kelurahandesa",
        needed=True,
    ),
    _new_field(
        "kind",
        "Jenis permohonan",
        "jenis jenispermohonan jenislayanan jenispelayanan keperluan permohonan jenisktp layanan"
        " jenispengajuan jnspermohonan",
        needed=True,
    ),
    _new_field(
        "state",
        "Keterangan keadaan",
        "status keterangan ket statusberkas posisi posisiberkas statusktp kondisi",
    ),
    _new_field(
        "handed",
        "Tanggal diambil",
        "tglambil tanggalambil tgldiambil tanggaldiambil tglserah tglpenyerahan tanggalpenyerahan"
        " tgldiserahkan tanggaldiserahkan tglpengambilan tanggalpengambilan diambiltgl",
    ),
    _new_field(
        "receiver",
        "Diambil oleh",
        "penerima namapenerima diambiloleh pengambil namapengambil yangmengambil ygmengambil",
    ),
    _new_field("phone", "Telepon", "nohp hp notelp telp telepon nowa notelepon nohpwa wa"),
    _new_field("mother", "Nama ibu", "namaibu ibukandung namaibukandung ibu"),
    _new_field("note", "Catatan", "catatan lainlain info ket2 keterangan2"),
)

OWN_HEADINGS = ("BARIS ASAL", "PUTUSAN IMPOR", "ALASAN IMPOR")
"""Columns that our own file of rejected lines adds; read again, they are no part of the register."""
OWN_FORMS = frozenset(to_letter_key(heading) for heading in OWN_HEADINGS)

BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}
"""Either one column with place and date of birth, or one for the date alone, must be there."""
BIRTH_KEYS = ("birth", "birth_on")

SEARCHED_ROWS = 60
LIKE_HEADING = 0.84
FEWEST_FIELDS = 3
_EXACT: dict[str, str] = {heading: field.key for field in FIELDS for heading in field.headings}
_ANCHORS = frozenset({*BY_KEY["nik"].headings, *BY_KEY["name"].headings})

Columns = Mapping[str, int]
"""Field key to column index (from 0)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A header line and what its columns mean. Sheets with the same headings share one `key`."""

    headings: tuple[str, ...]
    columns: dict[str, int]
    score: float

    @property
    def key(self) -> str:
        """Stable id of the headings, for the form in which a person corrects the matching."""
        text = "|".join(to_letter_key(heading) for heading in self.headings)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def unmatched(self) -> tuple[int, ...]:
        """Columns that have a heading and no meaning; their content is kept as a note."""
        used = set(self.columns.values())
        return tuple(
            i
            for i, heading in enumerate(self.headings)
            if heading.strip() and i not in used and to_letter_key(heading) not in OWN_FORMS
        )

    @property
    def missing(self) -> tuple[str, ...]:
        lacking = tuple(field.key for field in FIELDS if field.needed and field.key not in self.columns)
        return lacking if any(key in self.columns for key in BIRTH_KEYS) else (*lacking, "birth")

    def corrected(self, columns: Columns) -> Layout:
        """The same headings with the meaning that a person gave; columns out of range are dropped."""
        kept = {key: at for key, at in columns.items() if key in BY_KEY and 0 <= at < len(self.headings)}
        return Layout(self.headings, kept, self.score)


@lru_cache(maxsize=512)
def score_heading(heading: str) -> dict[str, float]:
    """How well a heading names each field, from 0 to 1; fields that it does not resemble are left out."""
    top, _, low = heading.partition("\n")
    forms = {to_letter_key(heading), to_unbracketed_key(heading)} - {""}
    found = {_EXACT[form]: 1.0 for form in forms | _turned_headings(top, low) if form in _EXACT}
    if low.strip() and to_letter_key(low) in _EXACT:
        found.setdefault(_EXACT[to_letter_key(low)], 0.95)
    if found or not forms or max(map(len, forms)) > 40:
        return found
    for field in FIELDS:
        best = max(_spelling_likeness(form, known) for form in forms for known in field.headings)
        if best >= LIKE_HEADING:
            found[field.key] = best * 0.9
    return found


def _turned_headings(top: str, low: str) -> set[str]:
    """`TGL` under `LAHIR` is `TGL LAHIR`, and so it is under `TEMPAT DAN TANGGAL LAHIR`."""
    words = top.split()
    if not words or not low.strip():
        return set()
    return {to_letter_key(f"{low} {top}"), to_letter_key(f"{low} {words[-1]}")}


def _spelling_likeness(form: str, known: str) -> float:
    """Spelling likeness; a long known heading inside a longer one also counts."""
    if len(known) >= 5 and known in form:
        return LIKE_HEADING + 0.1 * len(known) / len(form)
    if len(form) < 4 or len(known) < 4:
        return 0.0
    return SequenceMatcher(None, form, known, autojunk=False).ratio()


def match_headings(headings: Sequence[str]) -> Layout:
    """Give every column the meaning that fits best; a meaning goes to one column only."""
    offers = [
        (value, -_heading_rank(key, heading), -index, key)
        for index, heading in enumerate(headings)
        for key, value in score_heading(heading).items()
    ]
    columns: dict[str, int] = {}
    taken: set[int] = set()
    total = 0.0
    for value, _fit, index, key in sorted(offers, reverse=True):
        if key not in columns and -index not in taken:
            columns[key] = -index
            taken.add(-index)
            total += value
    return Layout(tuple(headings), columns, total)


def _heading_rank(key: str, heading: str) -> int:
    """Place of a heading in its field's list: `STATUS` is a better state column than `KET`."""
    known = BY_KEY[key].headings
    form = to_letter_key(heading)
    return known.index(form) if form in known else len(known)


def find_header(sheet: Sheet) -> tuple[int, Layout] | None:
    """(index of the last header row in `sheet.rows`, layout), or None when nothing looks like a header.

    Titles above are passed over; a header over two rows is read as one.
    """
    best: tuple[float, int, Layout] | None = None
    for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        for depth, headings in _header_readings(sheet, index, row):
            if not is_promising(headings):
                continue
            layout = match_headings(headings)
            if is_header(layout) and (best is None or layout.score > best[0] + 1e-9):
                best = layout.score, index + depth, layout
    return (best[1], best[2]) if best else None


def is_promising(headings: Sequence[str]) -> bool:
    """A cheap look before headings are compared letter by letter: two must be spelt as we know them."""
    parts = {
        to_letter_key(part) for heading in headings if len(heading) <= 80 for part in (heading, *heading.split("\n"))
    }
    return len(parts & _EXACT.keys()) >= 2


def is_header(layout: Layout) -> bool:
    return ("nik" in layout.columns or "name" in layout.columns) and len(layout.columns) >= FEWEST_FIELDS


def header_again(row: Row) -> Layout | None:
    """The layout of a header that is printed again further down (one per page), else None."""
    forms = {to_letter_key(cell.text) for cell in row.cells if not cell.empty and len(cell.text) < 40}
    if not forms & _ANCHORS or len(forms & _EXACT.keys()) < FEWEST_FIELDS:
        return None
    layout = match_headings([cell.text for cell in row.cells])
    return layout if is_header(layout) else None


def _header_readings(sheet: Sheet, index: int, row: Row) -> list[tuple[int, list[str]]]:
    """The row alone, and joined with the next one when a merged heading spreads over columns below."""
    single = [cell.text for cell in row.cells]
    if not any(cell.text for cell in row.cells if cell.kind == "text") or index + 1 >= len(sheet.rows):
        return [(0, single)]
    below = sheet.rows[index + 1]
    if below.number != row.number + 1 or any(cell.kind != "text" for cell in below.cells):
        return [(0, single)]
    joined, above = [], ""
    for at in range(max(len(row.cells), len(below.cells))):
        top, low = row.at(at).text.strip(), below.at(at).text.strip()
        above = top or (above if low else "")
        joined.append(f"{above}\n{low}".strip() if low else top)
    return [(0, single), (1, joined)]
