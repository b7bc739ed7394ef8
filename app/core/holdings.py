"""What an office holds of one person: who is looked for, and how each room says what it found."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from app.core.problems import ValueProblem, check_nothing_wrong
from app.core.text import field_text, fold_forms, parse_phone, to_latin

NO_LETTER = re.compile(r"[^0-9a-z]+")

EMPTY = {
    "number": "Ketik nomor lengkap dari bukti dirinya.",
    "name": "Ketik nama seperti pada bukti dirinya.",
}
"""What the fields of a search ask for when they are empty."""
NOBODY_LOOKED = "Tidak tercatat ada yang membukanya."


def plain_words(text: str) -> str:
    """A text as names are compared: small letters and digits, one blank between words and around them."""
    return f" {NO_LETTER.sub(' ', to_latin(fold_forms(text)).casefold()).strip()} "


class Sought(msgspec.Struct, frozen=True):
    """The person whose data are looked for: the number by which a service knows him (NIK, NIM), his name, and, where he
    gave them, his telephone number as it is stored and the code of a complaint slip with its second word."""

    number: str
    name: str
    phone: str = ""
    code: str = ""
    word: str = ""

    def is_named_in(self, *texts: str) -> bool:
        """Whether the whole name stands in one of the texts."""
        name = plain_words(self.name)
        return any(name in plain_words(text) for text in texts)

    def is_numbered_in(self, *texts: str) -> bool:
        return any(self.number in text for text in texts)

    @property
    def like(self) -> str:
        """A pattern of SQL for texts in which the name may stand: its longest word."""
        return f"%{max(plain_words(self.name).split(), key=len, default='')}%"


def filled_pairs(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Label and value of what is not empty."""
    return tuple((label, value) for label, value in pairs if value)


def read_sought(number: str, name: str, phone: str = "", code: str = "", word: str = "") -> Sought:
    """Whom a form asks for. Raises Problem `invalid`: number and name are both asked."""
    wrong: dict[str, str] = {}
    plain = plain_number(number)
    if not 6 <= len(plain) <= 40:
        wrong["number"] = EMPTY["number"]
    name = field_text(wrong, "name", name, 100, "Nama", empty=EMPTY["name"])
    if not wrong.get("name") and len(name) < 2:
        wrong["name"] = "Ketik nama lengkapnya."
    try:
        if phone.strip():
            phone = parse_phone(phone)
        else:
            phone = ""
    except ValueProblem as problem:
        wrong["phone"] = problem.sentence
    check_nothing_wrong(wrong)
    return Sought(plain, name, phone, code.strip(), word)


def plain_number(text: str) -> str:
    """A number as services keep it: a NIK without the blanks and dots with which it is read out, others as written."""
    written = "".join(text.upper().split())
    digits = re.sub("[^0-9]", "", written)
    is_number = len(digits) == 16 and not any(map(str.isalpha, written))
    return digits if is_number else written


class HeldPage(msgspec.Struct, frozen=True):
    """The page of what is held, and the endpoint on which it is corrected with the permission that this takes."""

    endpoint: str
    where: Mapping[str, Any]
    mend: str = ""
    permission: str = ""


class Holding(msgspec.Struct, frozen=True):
    """One thing that a room holds of the person.

    `sure`: a number, telephone or code says that it is his; else only the name agrees, and whoever answers decides.
    `values` are label and value as stored; `subject` is its name in journal and access log.
    """

    kind: str
    title: str
    values: tuple[tuple[str, str], ...]
    sure: bool
    subject: str = ""
    page: HeldPage | None = None

    @property
    def key(self) -> str:
        """What names this thing among all that were found."""
        return f"{self.kind}/{self.title}"


USUAL_KEPT = "Menurut jadwal retensi arsip kantor"


class Processing(msgspec.Struct, frozen=True):
    """What a room does with data of people, for the register of processing and the notice.

    `basis` is that of UU 27/2022 art. 20 (2) with the regulation behind it; `receivers` who gets data besides the
    office; `kept` for how long, or `records` the ids of the kinds of record whose periods say it
    (:class:`app.platform.office.records.RecordKind`). Those of a service come from its definition. `service`: the one
    in whose office alone the room does this; empty for every office. `setting`: the one that must be on for it.
    """

    activity: str
    subjects: str
    data: str
    purpose: str
    basis: str
    receivers: str = "Tidak ada"
    kept: str = USUAL_KEPT
    protection: str = "Hak akses menurut peran, catatan akses, cadangan tersandi"
    records: tuple[str, ...] = ()
    service: str = ""
    setting: str = ""
    source: Literal["room", "office"] = "room"
