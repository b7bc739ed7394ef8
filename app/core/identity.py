"""NIK and No. KK: sixteen digits that name a person or a family, and what can be read from them.

Structure (PP 40/2019 and practice of SIAK): six digits of the region of first registration, six of a
date, four of a serial number. In a NIK the date is the birth date with 40 added to the day of a woman;
in a No. KK it is the day of recording. Neither has a check digit. A NIK never changes, not even when
the holder moves or the birth date is corrected, so everything that merely differs is a warning.
"""

import re
from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from app.core.dates import age_on, is_date, stored_date
from app.core.problems import ValueProblem, describe_character

LENGTH = 16
NIP_LENGTH = 18
NIP_SEXES = "12"
YOUNGEST_EMPLOYEE = 17
YOUNGEST = 16  # years: recording ahead of the seventeenth birthday starts here
_NOISE = re.compile(r"[\s.\-\u2010-\u2015\u200b-\u200d\ufeff]+")
_APOSTROPHES = "'\u2018\u2019`\u00b4"
_DIGITS = re.compile(r"[0-9]{16}")
_SPREADSHEET_FLOAT = re.compile(r"([0-9]+)\.0")
_SPREADSHEET_ROUNDED = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]+")
_TOO_LONG = 64

Sex = Literal["female", "male"]


@dataclass(frozen=True, slots=True, order=True, repr=False)
class SixteenDigits:
    """Base of both numbers. `full` is the only way to the whole number; `str` and `repr` are masked."""

    full: str

    label = "Nomor"

    def __post_init__(self) -> None:
        if not isinstance(self.full, str) or not _DIGITS.fullmatch(self.full):
            raise ValueProblem(f"{self.label} harus 16 angka.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what was typed or pasted: spaces, dots, dashes and a leading apostrophe are forgiven.

        Raises ValueProblem when it is not sixteen digits; the sentence never repeats the number.
        """
        return cls(_whole_number(text, cls.label))

    @property
    def masked(self) -> str:
        """`350899******0003`, for lists, logs and every page that was not asked for the whole number."""
        return f"{self.full[:6]}******{self.full[-4:]}"

    @property
    def region6(self) -> str:
        """Six digits: province, regency and kecamatan of first registration (NIK) or of issue (KK)."""
        return self.full[:6]

    @property
    def serial(self) -> str:
        return self.full[12:]

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked})"


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Nik(SixteenDigits):
    """Nomor Induk Kependudukan. `Nik(text)` trusts the date inside, `Nik.parse(text)` checks it too."""

    label = "NIK"

    @classmethod
    def parse(cls, text: str) -> Self:
        """As the base, and refuse a birth date that cannot exist (31 February, month 13, day 75)."""
        nik = cls(_whole_number(text, cls.label))
        if problem := _birth_problem(*nik.birth_day_month_year2):
            raise ValueProblem(problem)
        return nik

    @property
    def birth_day_month_year2(self) -> tuple[int, int, int]:
        """Day (40 already taken off), month and the two last digits of the year of birth."""
        day = int(self.full[6:8])
        if day > 40:
            day -= 40
        return day, int(self.full[8:10]), int(self.full[10:12])

    @property
    def sex(self) -> Sex:
        if int(self.full[6:8]) > 40:
            return "female"
        return "male"

    def suggest_birth_on(self, today: date) -> date:
        """The birth date meant by the six digits. The number does not say the century: take the latest
        date at which the holder is at least 16, or else the latest that is not in the future.

        Raises ValueProblem for a number that was not checked by `parse` and holds no real date.
        """
        day, month, year2 = self.birth_day_month_year2
        century = today.year - today.year % 100
        years = [year for year in (century + year2, century - 100 + year2) if is_date(year, month, day)]
        births = [born for born in (date(year, month, day) for year in years) if born <= today]
        grown = [born for born in births if age_on(born, today) >= YOUNGEST]
        if not births:
            raise ValueProblem(_birth_problem(day, month, year2) or "Tanggal lahir di dalam NIK ada di masa depan.")
        return max(grown or births)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class NoKK(SixteenDigits):
    """Nomor Kartu Keluarga. The date inside is the day of recording and nothing is added to it."""

    label = "No. KK"

    @property
    def recorded_day_month_year2(self) -> tuple[int, int, int]:
        """Day, month and two-digit year of recording, as written; the date may be impossible."""
        return int(self.full[6:8]), int(self.full[8:10]), int(self.full[10:12])


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Nip:
    """Nomor Induk Pegawai: eight digits of the birth date, six of the month of appointment (TMT), one of the sex, three
    of a serial number. It is given once, so whatever in it looks strange is a warning. `full` is the whole number.
    """

    full: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what was typed, as with a NIK. Raises ValueProblem when it is not eighteen digits."""
        return cls(_whole_number(text, "NIP", NIP_LENGTH))

    def warnings(self, today: date) -> list[str]:
        """What is unlikely in the number; sentences without the number itself."""
        born = stored_date(_with_dashes(self.full[:8]))
        since = stored_date(_with_dashes(self.full[8:14] + "01"))
        found = []
        if born is None or born > today:
            found.append("Tanggal lahir di dalam NIP (angka ke-1 sampai 8) tidak ada. Cocokkan dengan SK pengangkatan.")
        if since is None or since > today:
            found.append("Bulan TMT di dalam NIP (angka ke-9 sampai 14) tidak ada. Cocokkan dengan SK pengangkatan.")
        elif born is not None and born <= today and age_on(born, since) < YOUNGEST_EMPLOYEE:
            found.append("Menurut NIP orang ini diangkat sebelum berumur 17 tahun. Cocokkan dengan SK pengangkatan.")
        if self.full[14] not in NIP_SEXES:
            found.append("Angka ke-15 NIP bukan 1 (laki-laki) atau 2 (perempuan). Cocokkan dengan SK pengangkatan.")
        return found

    def __str__(self) -> str:
        return f"{self.full[:8]}*******{self.full[-3:]}"

    def __repr__(self) -> str:
        return f"Nip({self})"


def _with_dashes(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _whole_number(text: str, label: str, length: int = LENGTH) -> str:
    if len(text) > _TOO_LONG:
        raise ValueProblem(f"{label} terlalu panjang: harus {length} angka.")
    typed = text.strip().lstrip(_APOSTROPHES).strip()
    if not typed:
        raise ValueProblem(f"{label} belum diisi.")
    paper = "KK" if length == LENGTH else "SK"
    if _SPREADSHEET_ROUNDED.fullmatch(typed):
        raise ValueProblem(f"{label} sudah dibulatkan oleh lembar kerja. Ketik ulang {length} angkanya dari {paper}.")
    number = _SPREADSHEET_FLOAT.fullmatch(typed)
    if number:
        digits = number[1]
    else:
        digits = _NOISE.sub("", typed)
    for position, character in enumerate(digits, start=1):
        if character not in "0123456789":
            raise ValueProblem(
                f"{label} hanya berisi angka. Yang ke-{position} adalah {describe_character(character)}."
            )
    if len(digits) != length:
        raise ValueProblem(f"{label} harus {length} angka. Yang diketik {len(digits)} angka.")
    return digits


def _birth_problem(day: int, month: int, year2: int) -> str:
    if not 1 <= month <= 12:
        return f"Bulan lahir di dalam NIK (angka ke-9 dan 10) adalah {month:02d}. Bulan itu tidak ada."
    longest = max(monthrange(century + year2, month)[1] for century in (1900, 2000))
    if 1 <= day <= longest:
        return ""
    written = f"{day:02d}-{month:02d}-{year2:02d}"
    return f"Tanggal lahir di dalam NIK (angka ke-7 sampai 12) adalah {written}. Tanggal itu tidak ada."


_SEX_WORDS: dict[str, str] = {"female": "perempuan", "male": "laki-laki"}


def nik_warnings(
    nik: Nik,
    birth_on: date | None = None,
    sex: Sex | None = None,
    office_region: str = "350807",
    known_regions: Collection[str] = (),
) -> list[str]:
    """Indonesian sentences about a NIK beside the form it stands on; empty when nothing is unusual.

    `known_regions` holds Kemendagri codes without dots: regencies (4 digits) and, where the caller has
    them, kecamatan (6 digits). Without it no region is called unknown.
    """
    warnings = _region_warnings(nik, office_region, known_regions)
    return warnings + list(nik_disagreements(nik, birth_on, sex).values()) + _serial_warnings(nik)


def nik_disagreements(nik: Nik, birth_on: date | None = None, sex: Sex | None = None) -> dict[str, str]:
    """What the form says against the NIK: `birth` and `sex`, each with its Indonesian sentence; empty when they agree.

    A number stays when a birth date is corrected, so this never refuses; a person says which is right.
    """
    unlike = {}
    day, month, year2 = nik.birth_day_month_year2
    if birth_on is not None and (birth_on.day, birth_on.month, birth_on.year % 100) != (day, month, year2):
        unlike["birth"] = (
            f"Tanggal lahir di formulir {birth_on:%d-%m-%Y}, di dalam NIK {day:02d}-{month:02d}-{year2:02d}. "
            "Cocokkan dengan KK; NIK tetap sah bila tanggal lahir pernah dibetulkan."
        )
    if sex in _SEX_WORDS and sex != nik.sex:
        why = f"Jenis kelamin di formulir {_SEX_WORDS[sex]}, menurut NIK {_SEX_WORDS[nik.sex]}."
        unlike["sex"] = f"{why} Cocokkan dengan KK."
    return unlike


def kk_warnings(
    kk: NoKK, nik: Nik | None = None, office_region: str = "350807", known_regions: Collection[str] = ()
) -> list[str]:
    """The same for a No. KK. An impossible date is only a warning: its order is custom, not law."""
    if nik is not None and nik.full == kk.full:
        return ["No. KK sama dengan NIK. Periksa apakah salah satunya tertukar."]
    warnings = _region_warnings(kk, office_region, known_regions, "diterbitkan")
    day, month, year2 = kk.recorded_day_month_year2
    if not (1 <= day <= 31 and 1 <= month <= 12):
        warnings.append(
            f"Tanggal di dalam No. KK adalah {day:02d}-{month:02d}-{year2:02d}, tidak lazim. "
            "Periksa apakah yang diketik NIK, bukan No. KK."
        )
    return warnings + _serial_warnings(kk)


def _region_warnings(
    number: SixteenDigits, office_region: str, known: Collection[str], verb: str = "pertama kali dicatat"
) -> list[str]:
    region = number.region6
    if _is_unknown(region, known):
        why = f"Kode wilayah {region} di depan {number.label} tidak ada di daftar sekarang."
        return [f"{why} Mungkin kode lama; cocokkan dengan KK."]
    if region != office_region:
        why = f"{number.label} ini {verb} di wilayah {region}, bukan {office_region}."
        return [f"{why} Itu boleh; pastikan pemohon sekarang tercatat di kecamatan ini."]
    return []


def _is_unknown(region: str, known: Collection[str]) -> bool:
    """Unknown when the regency is not listed, or when its kecamatan are listed and this one is not."""
    if not known or region in known:
        return False
    siblings = any(len(code) == 6 and code.startswith(region[:4]) for code in known)
    return siblings or region[:4] not in known


def _serial_warnings(number: SixteenDigits) -> list[str]:
    if number.serial != "0000":
        return []
    why = f"Empat angka terakhir {number.label} adalah 0000, padahal nomor urut mulai dari 0001."
    return [f"{why} Cocokkan dengan KK."]
