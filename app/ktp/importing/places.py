"""Villages and addresses: abbreviations, slips of the pen, RT/RW, and what Excel makes of `5/4`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from app.core.values import ValueProblem
from app.ktp.importing.book import DATE, Cell
from app.ktp.importing.cells import Warn, quote, readable
from app.ktp.importing.fields import squeeze

LIKE_ENOUGH = 0.86
SHORTEST = 4
SHORTEST_BONES = 3
_PREFIX = re.compile(r"^\s*(?:desa|ds|dsa|kelurahan|kel)\b[\s.:]*", re.IGNORECASE)
_VOWELS = str.maketrans("", "", "aeiou")
_RT_RW_WORDS = re.compile(r"\bRT[\s.:]*([0-9]{1,3})[\s,/\-]*RW[\s.:]*([0-9]{1,3})\b", re.IGNORECASE)
_RT_RW_PAIR = re.compile(
    r"(?:\bRT\s*+(?:/\s*+)?RW[\s.:]*+)?\b([0-9]{1,3})\s*+/\s*+([0-9]{1,3})\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Address:
    """Street or hamlet, and RT/RW as three digits each (empty when not told)."""

    street: str = ""
    rt: str = ""
    rw: str = ""


class Villages:
    """Finds the village code that a register cell means.

    `own` maps codes of this kecamatan to names; `elsewhere` maps names of villages outside to kecamatan.
    """

    def __init__(
        self, own: Mapping[str, str], elsewhere: Mapping[str, str] | None = None, kecamatan: str = ""
    ) -> None:
        self.names = dict(own)
        self.kecamatan = kecamatan or "ini"
        self._codes = {squeeze(name): code for code, name in own.items()}
        self._bones = {skeleton(name): code for code, name in own.items()}
        self._elsewhere = {squeeze(name): place for name, place in (elsewhere or {}).items()}
        self._found: dict[str, tuple[str, str]] = {}

    def find(self, cell: Cell, warn: Warn) -> str:
        """The village code; a doubtful spelling gives a warning. Raises ValueProblem when nothing fits."""
        text = readable(cell, "Desa")
        if text not in self._found:
            self._found[text] = self._search(text)
        code, doubt = self._found[text]
        if doubt:
            warn.append(doubt)
        return code

    def _search(self, text: str) -> tuple[str, str]:
        bare = _PREFIX.sub("", text)
        form = squeeze(bare)
        if not form:
            raise ValueProblem("Desa kosong.")
        if code := self._codes.get(form):
            return code, ""
        shown = quote(bare, 40)
        if place := self._elsewhere.get(form):
            told = f"Desa {shown} ada di Kecamatan {place}, bukan Kecamatan {self.kecamatan}"
            raise ValueProblem(f"{told}. Cocokkan dengan KK.")
        if code := self._short(bare):
            return code, ""
        near = self._near(form)
        if len(near) == 1:
            return near[0], f"Desa “{shown}” dibaca {self.names[near[0]]}. Periksa ejaannya."
        if near:
            choice = " atau ".join(self.names[code] for code in near)
            raise ValueProblem(f"Desa {shown} tidak jelas: {choice}? Tulis nama desanya lengkap.")
        raise ValueProblem(f"Desa {shown} tidak ada di Kecamatan {self.kecamatan}. Cocokkan dengan KK.")

    def _short(self, bare: str) -> str:
        """The village whose words stand there in full or without their vowels (`KDL`), else empty."""
        if len(squeeze(bare)) < SHORTEST_BONES:
            return ""
        words = [squeeze(word) for word in bare.split()]
        for code, name in self.names.items():
            full = [squeeze(word) for word in name.split()]
            if len(full) == len(words) and all(
                w in (f, skeleton(f)) for w, f in zip(words, full, strict=True)
            ):
                return code
        return self._bones.get(squeeze(bare), "")

    def _near(self, form: str) -> list[str]:
        """Villages that the text abbreviates, else those that it resembles most."""
        if len(form) >= SHORTEST:
            shortened = [code for name, code in self._codes.items() if _abbreviates(form, name)]
            if shortened:
                return shortened
        graded = [
            (SequenceMatcher(None, form, name, autojunk=False).ratio(), code)
            for name, code in self._codes.items()
        ]
        best = max((ratio for ratio, _code in graded), default=0.0)
        return [code for ratio, code in graded if ratio >= LIKE_ENOUGH and ratio > best - 0.03]


def skeleton(name: str) -> str:
    """A name without its vowels, as registers abbreviate."""
    return squeeze(name).translate(_VOWELS)


def _abbreviates(form: str, name: str) -> bool:
    """Whether all letters of the form stand in the name in this order, beginning with its first."""
    rest = iter(name)
    return form[0] == name[0] and all(letter in rest for letter in form)


def clean_address(cell: Cell, warn: Warn) -> Address:
    """Hamlet and RT/RW out of one cell."""
    if cell.kind == DATE and isinstance(cell.value, date):
        warn.append("RT/RW diubah Excel menjadi tanggal; dibaca kembali sebagai RT/RW. Cocokkan dengan KK.")
        return Address("", f"{cell.value.day:03d}", f"{cell.value.month:03d}")
    text = readable(cell, "Alamat")
    match = _RT_RW_WORDS.search(text) or _RT_RW_PAIR.search(text)
    if match is None:
        return Address(text)
    street = f"{text[: match.start()]} {text[match.end() :]}"
    return Address(" ".join(street.split()).strip(" ,./-"), match[1].zfill(3), match[2].zfill(3))


def clean_rt_rw(cell: Cell, label: str, warn: Warn) -> str:
    """RT or RW from a column of its own, as three digits; what is no number is left to the note."""
    digits = re.sub(r"^(?:RT|RW)[\s.:]*", "", readable(cell, label), flags=re.IGNORECASE)
    if re.fullmatch(r"[0-9]{1,3}", digits):
        return digits.zfill(3)
    if digits.strip(" -"):
        warn.append(f"{label} tidak terbaca; disimpan sebagai catatan.")
    return ""
