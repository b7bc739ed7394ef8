"""Free text, names, RT/RW and telephone numbers as they enter the office."""

from __future__ import annotations

import re
import unicodedata

from app.core.look_alikes import fold_forms, latin, look_alike
from app.core.value_problem import ValueProblem

NAME_LIMIT = 100
_SPACES = re.compile(r"\s+")
_RT_RW = re.compile(r"(?:RT)?[\s.:]*+([0-9]{1,3})(?:[/\-\s]|RW)++[\s.:]*+([0-9]{1,3})", re.IGNORECASE)
_PHONE_NOISE = re.compile(r"[\s().\-\u2010-\u2015]+")
_PHONE = re.compile(r"0[0-9]{7,12}|\+[1-9][0-9]{7,14}")


def limit_text(text: str, *, limit: int, label: str = "Teks", lines: bool = False) -> str:
    """Trimmed text of at most `limit` characters. `lines` keeps line breaks, else they become a space.

    Full-width and circled forms become plain ones. Raises ValueProblem for what is too long, cannot be printed
    (control and invisible characters) or looks like a Latin letter without being one.
    Length is looked at first, so that megabytes in one field cost nothing.
    """
    if len(text) > limit * 4 + 1000:
        raise _too_long(label, limit, len(text))
    clean = unicodedata.normalize("NFC", fold_forms(text.replace("\r\n", "\n").replace("\r", "\n")))
    clean = clean.replace("\t", " ").strip() if lines else _SPACES.sub(" ", clean).strip()
    suspect = (
        "" if clean.isprintable() else clean
    )  # nearly every text is; then no letter needs a look of its own
    for position, character in enumerate(suspect, start=1):
        if unicodedata.category(character)[0] == "C" and character != "\n":
            raise ValueProblem(
                f"{label} berisi tanda yang tidak dapat dicetak (huruf ke-{position}). Ketik ulang."
            )
    if len(clean) > limit:
        raise _too_long(label, limit, len(clean))
    if found := look_alike(clean):
        place, what = found
        raise ValueProblem(f"{label}: huruf ke-{place} bukan huruf biasa ({what}). Ketik ulang bagian itu.")
    return clean


def clean_name(text: str, *, label: str = "Nama", limit: int = NAME_LIMIT) -> str:
    """A person's name as the form wants it: block letters, single spaces; titles stay as typed."""
    name = limit_text(text, limit=limit, label=label).upper()
    if not name:
        raise ValueProblem(f"{label} belum diisi.")
    if not any(character.isalpha() for character in name):
        raise ValueProblem(f"{label} tidak berisi huruf.")
    return limit_text(name, limit=limit, label=label)  # upper case may be longer


def fold(text: str) -> str:
    """Upper case, without accents and with single spaces, as a reader sees it: the form in which names are searched."""
    kept = text
    if not text.isascii():
        plain = latin(unicodedata.normalize("NFKD", latin(text)))
        kept = "".join(character for character in plain if not unicodedata.combining(character))
    return _SPACES.sub(" ", kept.upper()).strip()


def parse_rt(text: str, *, label: str = "RT") -> str:
    """`3`, `03` or `003` become `003`."""
    digits = re.sub(rf"^{label}[\s.:]*", "", text.strip(), flags=re.IGNORECASE)
    if not digits:
        raise ValueProblem(f"{label} belum diisi.")
    if not re.fullmatch(r"[0-9]{1,3}", digits):
        raise ValueProblem(f"{label} harus 1 sampai 3 angka, misalnya 003.")
    return digits.zfill(3)


def parse_rt_rw(text: str) -> tuple[str, str]:
    """`3/1`, `003/001` or `RT 03 RW 01` become `("003", "001")`."""
    match = _RT_RW.fullmatch(text.strip()) if len(text) <= 40 else None
    if match is None:
        raise ValueProblem("RT/RW tidak terbaca. Ketik misalnya 003/001.")
    return match[1].zfill(3), match[2].zfill(3)


def parse_phone(text: str) -> str:
    """A telephone number in national form (`081234567890`, `0334123456`); a foreign one keeps its `+`."""
    digits = _PHONE_NOISE.sub("", text.strip().lstrip("'\u2019")) if len(text) <= 40 else ""
    if not digits:
        raise ValueProblem(
            "Nomor telepon belum diisi." if len(text) <= 40 else "Nomor telepon terlalu panjang."
        )
    if digits.startswith("+62") or (digits.startswith("62") and len(digits) >= 10):
        digits = "0" + digits.removeprefix("+").removeprefix("62").removeprefix("0")
    elif digits.startswith("8") and len(digits) >= 9:
        digits = "0" + digits  # a spreadsheet drops the leading zero
    if not _PHONE.fullmatch(digits):
        raise ValueProblem("Nomor telepon tidak lazim. Ketik misalnya 0812-3456-7890.")
    return digits


def mask_phone(phone: str) -> str:
    """`0812****7890`: enough to recognise a number, too little to ring it."""
    if len(phone) < 9:
        return "*" * len(phone)
    return f"{phone[:4]}{'*' * (len(phone) - 8)}{phone[-4:]}"


def _too_long(label: str, limit: int, length: int) -> ValueProblem:
    typed = f"{length:,}".replace(",", ".")
    most = f"{limit:,}".replace(",", ".")
    return ValueProblem(f"{label} paling panjang {most} huruf. Yang diketik {typed} huruf.")
