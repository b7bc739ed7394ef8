"""One respondent's answer, checked, whichever way it came: kiosk, paper form or file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from app.core.problems import Problem, check_nothing_wrong
from app.core.text import field_text
from app.quality.surveys.reckoning import LEFT_OUT

if TYPE_CHECKING:
    from schema.surveys import Asked, Survey

COMMENT_LIMIT = 500
MONTH = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", re.ASCII)
OLDEST_MONTHS = 24


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody answered: a mark for each element in order, the groups to which he belongs, an open comment."""

    marks: str
    respondent: dict[str, str] = {}
    comment: str = ""

    @property
    def given(self) -> int:
        return len(self.marks) - self.marks.count(LEFT_OUT)


def check_said(survey: Survey, said: Said) -> Said:
    """The answer, cleaned. Raises Problem `invalid` with a sentence for each field that is wrong."""
    wrong: dict[str, str] = {}
    if len(said.marks) != len(survey.elements) or set(said.marks) - set("1234-"):
        wrong["marks"] = "Jawaban tiap pertanyaan hanya 1, 2, 3, atau 4, atau dikosongkan."
    for asked in survey.asked:
        chosen = said.respondent.get(asked.id, "")
        if chosen and chosen not in [option.id for option in asked.options]:
            wrong[asked.id] = f"{asked.label}: pilih salah satu dari daftar."
    comment = field_text(wrong, "comment", said.comment, COMMENT_LIMIT, "Saran", lines=True)
    check_nothing_wrong(wrong)
    groups = {asked.id: said.respondent[asked.id] for asked in survey.asked if said.respondent.get(asked.id)}
    return Said(said.marks, groups, comment)


def check_month(text: str, today: date) -> str:
    """`2026-11`: a month that is not to come and not long past. Raises Problem `invalid`."""
    if not MONTH.fullmatch(text):
        raise Problem.of("invalid", {"month": "Pilih bulan survei, misalnya 2026-11."})
    ago = (today.year - int(text[:4])) * 12 + today.month - int(text[5:])
    if not 0 <= ago < OLDEST_MONTHS:
        raise Problem.of("invalid", {"month": "Bulan survei tidak boleh di masa depan atau lebih dari dua tahun lalu."})
    return text


def typed_said(survey: Survey, typed: Mapping[str, str]) -> Said:
    """The answer in a typed form: a field for each element and each question about the respondent, and `comment`."""
    marks = ""
    for element in survey.elements:
        mark = typed.get(element.id, "").strip() or LEFT_OUT
        marks += mark if len(mark) == 1 else "?"
    groups = {asked.id: typed.get(asked.id, "") for asked in survey.asked}
    return check_said(survey, Said(marks, groups, typed.get("comment", "")))


def chosen_label(asked: Asked, respondent: Mapping[str, str], unanswered: str) -> str:
    """The words of what a respondent chose."""
    for option in asked.options:
        if option.id == respondent.get(asked.id):
            return option.label
    return unanswered
