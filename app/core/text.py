"""Letters that look like Latin ones but are others, and signs that look like nothing: two names that read the same.

A name typed with a Cyrillic а is another name to every comparison, and nobody sees why it is not found. Such letters
are refused where text enters the office (`text.limit_text`) and read as what they look like wherever names are
compared or taken out (`to_latin`). Full-width and circled forms are letters and digits: they are folded, not refused.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import filterfalse
from typing import TYPE_CHECKING

from app.core.dates import parse_date
from app.core.identity import Nik, Nip, NoKK
from app.core.problems import SENTENCES, Problem, ValueProblem

if TYPE_CHECKING:
    from schema.service_procedure import Field

LIKE = {
    **dict(zip("авекмнорстухѕіїјӏԁһԛԝɡ", "abekmhopctyxsiijldhqwg", strict=True)),
    **dict(zip("АВЕКМНОРСТУХЅІЇЈӀԀҺԚԜЗ", "ABEKMHOPCTYXSIIJIDHQW3", strict=True)),
    **dict(zip("αβγεηικνορτυχω", "aByenikvoptuxw", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("ıɑɩʟɴʀѵᴀᴄᴇᴋᴍᴏᴘᴛᴜᴠᴡᴢ", "iaiLNRvACEKMOPTUVWZ", strict=True)),
    **dict(zip("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷΝᎤᏢᏚᎢᏙᎳᏃ", "ABCDEHJKLMNOPSTVWZ", strict=True)),
}
_LATIN = {ord(other): latin for other, latin in LIKE.items()}
BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
"""Printable by their class, yet nothing is seen: Hangul fillers, an empty Braille cell, a joiner."""
_NO_BLANKS = dict.fromkeys(map(ord, BLANKS))
_SCRIPTS = {"CYRILLIC": "Kiril", "GREEK": "Yunani", "CHEROKEE": "Cherokee", "LATIN": "Latin bentuk lain"}


def fold_forms(text: str) -> str:
    """Full-width, circled and styled letters, digits and signs as plain ones; accents, `½` and `²` stay."""
    if text.isascii():
        return text
    return "".join(map(_plain_form, text))


def _plain_form(sign: str) -> str:
    if sign < "\u2000":
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    wide = "\uff01" <= sign <= "\uff5e"
    raised = unicodedata.decomposition(sign).startswith(("<super>", "<sub>", "<fraction>"))
    is_plain = wide or (plain.isalnum() and not raised)
    if plain.isascii() and is_plain:
        return plain
    return sign


def to_latin(text: str) -> str:
    """A text as a reader sees it: letters in the Latin form that they look like, without signs that show nothing."""
    if text.isascii():
        return text
    return text.translate(_LATIN).translate(_NO_BLANKS)


def look_alike(text: str) -> tuple[int, str] | None:
    """(place from 1, description) of the first sign that looks like something else, or None."""
    if text.isascii():
        return None
    for place, sign in enumerate(text, start=1):
        if sign in BLANKS:
            return place, "tanda kosong yang tidak terlihat"
        if sign in LIKE:
            script = unicodedata.name(sign, "").partition(" ")[0]
            return place, f"{_SCRIPTS.get(script, 'dari aksara lain')}, mirip huruf {LIKE[sign]}"
        if unicodedata.category(sign) == "Mn" and place > 1 and _is_latin(text[place - 2]):
            return place, f"tanda gabung pada huruf {text[place - 2]}"
    return None


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


NAME_LIMIT = 100
_SPACES = re.compile(r"\s+")
_PHONE_NOISE = re.compile(r"[\s().\-\u2010-\u2015]+")
_MOBILE = re.compile(r"08[1-9][0-9]{7,10}")
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
    if lines:
        clean = clean.replace("\t", " ").strip()
    else:
        clean = _SPACES.sub(" ", clean).strip()
    suspect = "" if clean.isprintable() else clean  # nearly every text is; then no letter needs a look of its own
    for position, character in enumerate(suspect, start=1):
        if unicodedata.category(character)[0] == "C" and character != "\n":
            raise ValueProblem(f"{label} berisi tanda yang tidak dapat dicetak (huruf ke-{position}). Ketik ulang.")
    if len(clean) > limit:
        raise _too_long(label, limit, len(clean))
    if strange := look_alike(clean):
        place, what = strange
        raise ValueProblem(f"{label}: huruf ke-{place} bukan huruf biasa ({what}). Ketik ulang bagian itu.")
    return clean


def required_text(text: str, field: str, empty: str, limit: int, *, lines: bool = False) -> str:
    """A text within its limit that must say something: `empty` asks for it (without that it may say nothing).

    Raises Problem `invalid` at `field`.
    """
    try:
        clean = limit_text(text, limit=limit, label="Isian", lines=lines)
    except ValueProblem as problem:
        raise Problem.of("invalid", {field: problem.sentence}) from problem
    if empty and not clean:
        raise Problem.of("invalid", {field: empty})
    return clean


def field_text(
    wrong: dict[str, str], field: str, text: str, limit: int, label: str, *, lines: bool = False, empty: str = ""
) -> str:
    """One field of several: its text within its limit. What is wrong goes into `wrong`; `empty` asks for a text."""
    try:
        clean = limit_text(text, limit=limit, label=label, lines=lines)
    except ValueProblem as problem:
        wrong[field] = problem.sentence
        return ""
    if empty and not clean:
        wrong[field] = empty
    return clean


def clean_name(text: str, *, label: str = "Nama", limit: int = NAME_LIMIT) -> str:
    """A person's name as the form wants it: block letters, single spaces."""
    name = name_as_given(text, label=label, limit=limit).upper()
    return limit_text(name, limit=limit, label=label)  # upper case may be longer


def name_as_given(text: str, *, label: str = "Nama", limit: int = NAME_LIMIT) -> str:
    """A person's name in the letters in which it was given, titles too: `Budi Hartini, S.Sos., M.AP`."""
    name = " ".join(limit_text(text, limit=limit, label=label).split())
    if not name:
        raise ValueProblem(f"{label} belum diisi.")
    if not any(character.isalpha() for character in name):
        raise ValueProblem(f"{label} tidak berisi huruf.")
    return name


def readable_name(name: str) -> str:
    """A name as a page shows it: as it was given; of one in block letters only the titles (`S.SOS.`) stay so."""
    if name != name.upper():
        return name
    return " ".join(map(readable_word, name.split(" ")))


def readable_word(word: str) -> str:
    if "." in word.strip(",."):
        return word
    return word.capitalize()


def lower_first(text: str) -> str:
    """`nomor KK` of `Nomor KK`; an abbreviation stays as it is."""
    if text[:2].isupper():
        return text
    return text[:1].lower() + text[1:]


def with_nya(word: str) -> str:
    """`kartunya`; after an abbreviation with a hyphen, as EYD writes it: `KTM-nya`."""
    if word.isupper():
        return f"{word}-nya"
    return f"{word}nya"


def fold_text(text: str) -> str:
    """Upper case, without accents and with single spaces, as a reader sees it: the form in which names are searched."""
    kept = text
    if not text.isascii():
        plain = to_latin(unicodedata.normalize("NFKD", to_latin(text)))
        kept = "".join(filterfalse(unicodedata.combining, plain))
    return _SPACES.sub(" ", kept.upper()).strip()


def search_words(text: str) -> list[str]:
    """The words of a text as the search compares them: folded, parted by every sign that is no letter or digit."""
    spaced = [sign if sign.isalnum() else " " for sign in fold_text(text)]
    return "".join(spaced).split()


def prefix_query(text: str) -> str:
    """What an index of words is asked for: every word of the text, each may be unfinished; empty for no word."""
    return " ".join(f'"{word}"*' for word in search_words(text))


def begins_words(words: list[str], asked: list[str]) -> bool:
    """Whether every asked word, which may be unfinished, is among the words (both of :func:`search_words`)."""
    return all(any(word.startswith(begun) for word in words) for begun in asked)


def parse_rt(text: str, *, label: str = "RT") -> str:
    """`3`, `03` or `003` become `003`."""
    digits = re.sub(rf"^{label}[\s.:]*", "", text.strip(), flags=re.IGNORECASE)
    if not digits:
        raise ValueProblem(f"{label} belum diisi.")
    if not re.fullmatch(r"[0-9]{1,3}", digits):
        raise ValueProblem(f"{label} harus 1 sampai 3 angka, misalnya 003.")
    return digits.zfill(3)


def parse_phone(text: str) -> str:
    """A telephone number in national form (`081234567890`, `0334123456`); a foreign one keeps its `+`."""
    if len(text) > 40:
        raise ValueProblem("Nomor telepon terlalu panjang.")
    digits = _PHONE_NOISE.sub("", text.strip().lstrip("'\u2019"))
    if not digits:
        raise ValueProblem("Nomor telepon belum diisi.")
    if digits.startswith("+62") or (digits.startswith("62") and len(digits) >= 10):
        digits = "0" + digits.removeprefix("+").removeprefix("62").removeprefix("0")
    elif digits.startswith("8") and len(digits) >= 9:
        digits = "0" + digits  # a spreadsheet drops the leading zero
    if not _PHONE.fullmatch(digits):
        raise ValueProblem("Nomor telepon tidak lazim. Ketik misalnya 0812-3456-7890.")
    return digits


def is_mobile(phone: str) -> bool:
    """Whether a number in national form is a mobile one of Indonesia; 0800 and 0809 are services, everything else costs
    more or takes no SMS."""
    return _MOBILE.fullmatch(phone) is not None


def mask_phone(phone: str) -> str:
    """`0812****7890`: enough to recognise a number, too little to ring it."""
    if len(phone) < 9:
        return "*" * len(phone)
    return f"{phone[:4]}{'*' * (len(phone) - 8)}{phone[-4:]}"


CODE = re.compile(r"[A-Z0-9]")
NAMES = re.compile(r"\bdispenduk capil\b")
"""Names of more than one word that a label may hold."""


@lru_cache(maxsize=512)
def in_small_letters(text: str) -> str:
    """A label inside a sentence: `Nomor KK` as `nomor KK`, `Dikirim Dispenduk Capil` as `dikirim Dispenduk Capil`.

    Abbreviations and codes (a capital or a digit after the first letter) and the names of :data:`NAMES` stay.
    """
    words = " ".join(map(small_word, str(text).split(" ")))
    return NAMES.sub(lambda found: found[0].title(), words)


def small_word(word: str) -> str:
    if CODE.search(word[1:]):
        return word
    return word.lower()


def sentence_case(text: str) -> str:
    """A word at the beginning of a sentence: `kartu` as `Kartu`, and `KTM` stays."""
    return text[:1].upper() + text[1:]


def end_sentence(text: str) -> str:
    """A sentence with one stop at its end, also behind a title such as `S.Sos.`."""
    if text.endswith((".", "!", "?")):
        return text
    return f"{text}."


def _too_long(label: str, limit: int, length: int) -> ValueProblem:
    typed = f"{length:,}".replace(",", ".")
    most = f"{limit:,}".replace(",", ".")
    return ValueProblem(f"{label} paling panjang {most} huruf. Yang diketik {typed} huruf.")


def typed_number(text: str | None, digits: int = 15) -> int | None:
    """A number of at most so many digits without a sign, as an address or a field has it; None for anything else."""
    if text and re.fullmatch(f"[0-9]{{1,{digits}}}", text):
        return int(text)
    return None


def parse_digits(text: str, label: str, least: int, most: int) -> str:
    """A number of so many digits as typed or scanned: spaces, dots and hyphens do not matter. Raises ValueProblem."""
    digits = re.sub(r"[\s.-]+", "", text[:100])
    if not digits:
        raise ValueProblem(f"{label} belum diisi.")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueProblem(f"{label} hanya berisi angka.")
    if not least <= len(digits) <= most:
        raise ValueProblem(f"{label} berisi {least} sampai {most} angka. Yang diketik {len(digits)}.")
    return digits


# -- fields of a form, by their type ------------------------------------------------------------------------------

FIELD_LIMIT = 4000
"""Longest raw text of one field that is looked at at all; a browser cannot post more into a draft either."""


def clean_fields(
    fields: Iterable["Field"], raw: Mapping[str, str], today: date, known: Mapping[str, Collection[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """The values of the fields that hold something, in stored form, and a sentence at each that is wrong.

    `known` are the values of which one is chosen, by field.
    """
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in fields:
        text = raw.get(field.id, "")
        if not text.strip():
            continue
        try:
            values[field.id] = clean_field(field, text, today, known.get(field.id, ()))
        except ValueProblem as problem:
            errors[field.id] = problem.sentence
    return values, errors


def clean_field(field: "Field", text: str, today: date, known: Collection[str]) -> str:
    """One field's value in stored form. Raises ValueProblem with the sentence for the officer."""
    if len(text) > FIELD_LIMIT:
        raise ValueProblem(f"{field.label} terlalu panjang: {len(text)} huruf. Batasnya {FIELD_LIMIT}.")
    special = CLEANERS.get(field.type)
    if special is not None:
        value = special(text, today)
        if field.role == "birth" and value > today.isoformat():
            raise ValueProblem(f"{field.label} tidak boleh di masa depan.")
        return value
    if field.type in CHOSEN:
        if text.strip() not in known:
            raise ValueProblem(CHOSEN[field.type].format(label=field.label.lower()))
        return text.strip()
    if field.role in ("name", "mother"):
        return clean_name(text, label=field.label)
    if field.type == "longtext":
        return limit_text(text, limit=field.max_length or 2000, label=field.label, lines=True)
    return limit_text(text, limit=field.max_length or 100, label=field.label)


CHOSEN = {
    "village": SENTENCES["village"],
    "choice": "Pilih {label} dari daftar.",
    "sex": "Pilih laki-laki atau perempuan.",
}
"""Types of fields of which one value is chosen, and what is said of another."""


def clean_postcode(text: str, _today: date) -> str:
    if not re.fullmatch("[0-9]{5}", text.strip()):
        raise ValueProblem("Kode pos harus 5 angka.")
    return text.strip()


def clean_tick(text: str, _today: date) -> str:
    if text in ("1", "on", "true", "yes"):
        return "1"
    return ""


CLEANERS: dict[str, Callable[[str, date], str]] = {
    "nik": lambda text, _: Nik.parse(text).full,
    "kk": lambda text, _: NoKK.parse(text).full,
    "nip": lambda text, _: Nip.parse(text).full,
    "date": lambda text, today: parse_date(text, today).isoformat(),
    "rt": lambda text, _: parse_rt(text),
    "rw": lambda text, _: parse_rt(text, label="RW"),
    "phone": lambda text, _: parse_phone(text),
    "postcode": clean_postcode,
    "tick": clean_tick,
}
