"""What the words in the columns JENIS and KET mean: kinds of the service and the step at which a file stands.

Kinds and steps are ids of schema/services/ktp-el.toml; a test holds them together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.core.values import ValueProblem
from app.ktp.importing.book import Cell
from app.ktp.importing.cells import Warn, quote, readable
from app.ktp.importing.dates import clean_received, split_birth
from app.ktp.importing.fields import squeeze
from app.ktp.moves import AWAY

NEW_CARD = "baru"
LEGACY_RENEWAL = "perpanjangan_itap"

KINDS: dict[str, tuple[str, ...]] = {
    NEW_CARD: ("baru", "ktpbaru", "pemula", "rekambaru", "perekamanbaru", "permohonanbaru", "pembuatanbaru"),
    "pindah_datang": ("pindah", "pindahdatang", "datang", "pindahan", "pendatang", "pindahmasuk"),
    "perubahan_data": (
        "perubahan", "perubahandata", "ubahdata", "rubahdata", "ubah", "gantidata", "perubahanelemen",
        "updatedata", "perubahanbiodata", "perubahanstatus", "pembetulan", "perbaikandata",
    ),
    "hilang": ("hilang", "ktphilang", "kehilangan", "hlg"),
    "rusak": ("rusak", "ktprusak", "gantirusak", "patah", "rsk"),
    AWAY: ("luardomisili", "luardaerah", "luarkota"),
    LEGACY_RENEWAL: ("perpanjangan", "perpanjang", "perpanjanganitap", "itap", "perpjg", "habismasaberlaku"),
}  # fmt: skip
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}

# The first pattern that fits decides; "belum" comes before the words that it turns round.
_STATES: tuple[tuple[str, str], ...] = (
    (r"\b(?:meninggal|wafat|alm)\b", "died"),
    (r"\b(?:batal|dibatalkan|dicabut|cabut)\b", "withdrawn"),
    (r"\bpindah (?:ke|keluar)\b", "moved"),
    (r"\bditolak\b|\btolak\b", "refused"),
    (r"\b(?:dikembalikan|kurang|tidak lengkap|belum lengkap|blm lengkap|tdk lengkap)\b", "returned"),
    (r"\b(?:belum|blm|tidak|tdk) (?:di ?)?(?:ambil|diambil|serah)", "hand_over"),
    (r"\b(?:belum|blm|tdk|tidak|menunggu|tunggu|jadwal) (?:per|di)?(?:rekam|rekaman|perekaman)", "record"),
    (r"\b(?:di ?ambil|sudah ambil|sdh ambil|diserahkan|sdh serah|sudah serah|terima ktp|selesai)\b", "done"),
    (r"\b(?:siap (?:di)?ambil|sudah jadi|sdh jadi|jadi|ada di kec)", "hand_over"),
    (r"\b(?:sudah|sdh|telah) (?:di)?cetak|\btercetak\b|\bcetak\b", "arrive"),
    (r"\b(?:belum|blm) (?:di)?kirim", "dispatch"),
    (
        r"\b(?:di)?kirim\b|\bterkirim\b|\bdi (?:capil|dukcapil|dispenduk)|\bke (?:capil|dukcapil|dispenduk)",
        "print",
    ),
    (r"\b(?:sudah|sdh|telah|selesai) (?:di)?(?:rekam|perekaman)\b|\bterekam\b|\bprr\b|\brekam\b", "dispatch"),
)
_PATTERNS = tuple((re.compile(pattern), step) for pattern, step in _STATES)
CLOSED = frozenset({"done", "died", "withdrawn", "moved", "refused"})
STEPS = frozenset({step for _pattern, step in _STATES}) | {"validate"}
UNKNOWN = "validate"
"""Where a file stands about which the register says nothing: to be looked at and validated."""


@dataclass(frozen=True, slots=True)
class State:
    """Step (or exit) at which the register leaves the file, and the day of hand-over if told.

    `assumed` when the register says nothing and the officer answered for all such lines at once.
    """

    step: str
    note: str = ""
    on: date | None = None
    assumed: bool = False

    @property
    def closed(self) -> bool:
        """Whether the register says that the matter is over."""
        return self.step in CLOSED


def clean_kind(cell: Cell, warn: Warn) -> str:
    """The kind of application. Raises ValueProblem for an empty or unknown word."""
    text = readable(cell, "Jenis permohonan")
    form = squeeze(text)
    if not form:
        raise ValueProblem("Jenis permohonan kosong.")
    kind = _KIND_OF.get(form) or _KIND_OF.get(
        form.removeprefix("ktpel").removeprefix("ektp").removeprefix("ktp")
    )
    if kind is None:
        raise ValueProblem(
            f"Jenis permohonan “{quote(text)}” tidak dikenal. Pakai baru, hilang, rusak, dan sebagainya."
        )
    if kind == LEGACY_RENEWAL and "itap" not in form:
        warn.append(
            "Perpanjangan kini hanya untuk pemegang ITAP; KTP-el WNI berlaku seumur hidup. Periksa jenisnya."
        )
    return kind


def clean_state(
    told: Cell, handed: Cell, received: date, on: date, warn: Warn, *, blank_done: bool = False
) -> State:
    """Where the file stands, from the words of KET and a column with the day of hand-over.

    Words that are not understood stay as a note and leave the file open. `blank_done` says what an empty KET
    means in this office: the card was handed over long ago.
    """
    text = readable(told, "Keterangan")
    step, day = _step_of(text), _day_in(told, on)
    if not handed.empty and any(letter.isalnum() for letter in handed.text):
        try:
            step, day = "done", clean_received(handed, on, "Tanggal diambil")
        except ValueProblem as problem:
            step = "done"
            warn.append(f"{problem.sentence} Dicatat sudah diambil tanpa tanggal.")
    if step is None:
        if not squeeze(text) and blank_done:
            return State("done", assumed=True)
        if squeeze(text):
            warn.append("Keterangan tidak dikenal sebagai keadaan berkas; disimpan sebagai catatan.")
        return State(UNKNOWN, text)
    if step not in CLOSED:
        return State(step, text)
    if day is not None and day < received:
        warn.append("Tanggal diambil mendahului tanggal terima; tanggal diambil tidak dipakai.")
        day = None
    return State(step, text, day)


def _step_of(text: str) -> str | None:
    plain = " ".join(re.sub(r"[^\w/]+", " ", text.lower()).split())
    return next((step for pattern, step in _PATTERNS if pattern.search(plain)), None)


def _day_in(told: Cell, on: date) -> date | None:
    """A day written behind the word (`diambil 12/02/2025`), or a cell that holds nothing but the day."""
    if told.kind == "text" and not any(letter.isdigit() for letter in told.text):
        return None
    _words, day = split_birth(told)
    try:
        return None if day.empty else clean_received(day, on)
    except ValueProblem:
        return None
