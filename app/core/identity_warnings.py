"""What is unusual about a NIK or No. KK and yet lawful: sentences to show, never a refusal.

People move, births are corrected and regions are split, while the number stays for life. Refusing on a
mismatch would shut out lawful holders, so every rule here only warns.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from app.core.identity import Nik, NoKK, Sex, SixteenDigits

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
    found = _region_warnings(nik, office_region, known_regions)
    return found + list(nik_disagreements(nik, birth_on, sex).values()) + _serial_warnings(nik)


def nik_disagreements(nik: Nik, birth_on: date | None = None, sex: Sex | None = None) -> dict[str, str]:
    """What the form says against the NIK: `birth` and `sex`, each with its Indonesian sentence; empty when they agree.

    A number stays when a birth date is corrected, so this never refuses; a person says which is right.
    """
    found = {}
    day, month, year2 = nik.birth_day_month_year2
    if birth_on is not None and (birth_on.day, birth_on.month, birth_on.year % 100) != (day, month, year2):
        found["birth"] = (
            f"Tanggal lahir di formulir {birth_on:%d-%m-%Y}, di dalam NIK {day:02d}-{month:02d}-{year2:02d}. "
            "Cocokkan dengan KK; NIK tetap sah bila tanggal lahir pernah dibetulkan."
        )
    if sex in _SEX_WORDS and sex != nik.sex:
        why = f"Jenis kelamin di formulir {_SEX_WORDS[sex]}, menurut NIK {_SEX_WORDS[nik.sex]}."
        found["sex"] = f"{why} Cocokkan dengan KK."
    return found


def kk_warnings(
    kk: NoKK, nik: Nik | None = None, office_region: str = "350807", known_regions: Collection[str] = ()
) -> list[str]:
    """The same for a No. KK. An impossible date is only a warning: its order is custom, not law."""
    if nik is not None and nik.full == kk.full:
        return ["No. KK sama dengan NIK. Periksa apakah salah satunya tertukar."]
    found = _region_warnings(kk, office_region, known_regions, "diterbitkan")
    day, month, year2 = kk.recorded_day_month_year2
    if not (1 <= day <= 31 and 1 <= month <= 12):
        found.append(
            f"Tanggal di dalam No. KK adalah {day:02d}-{month:02d}-{year2:02d}, tidak lazim. "
            "Periksa apakah yang diketik NIK, bukan No. KK."
        )
    return found + _serial_warnings(kk)


def _region_warnings(
    number: SixteenDigits, office_region: str, known: Collection[str], verb: str = "pertama kali dicatat"
) -> list[str]:
    region = number.region6
    if _unknown(region, known):
        why = f"Kode wilayah {region} di depan {number.label} tidak ada di daftar sekarang."
        return [f"{why} Mungkin kode lama; cocokkan dengan KK."]
    if region != office_region:
        why = f"{number.label} ini {verb} di wilayah {region}, bukan {office_region}."
        return [f"{why} Itu boleh; pastikan pemohon sekarang tercatat di kecamatan ini."]
    return []


def _unknown(region: str, known: Collection[str]) -> bool:
    """Unknown when the regency is not listed, or when its kecamatan are listed and this one is not."""
    if not known:
        return False
    if region in known:
        return False
    siblings = any(len(code) == 6 and code.startswith(region[:4]) for code in known)
    return siblings or region[:4] not in known


def _serial_warnings(number: SixteenDigits) -> list[str]:
    if number.serial != "0000":
        return []
    why = f"Empat angka terakhir {number.label} adalah 0000, padahal nomor urut mulai dari 0001."
    return [f"{why} Cocokkan dengan KK."]
