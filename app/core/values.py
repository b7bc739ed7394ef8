"""The door to the value types: import them from here. Each lives in a small module of its own."""

from app.core.date_input import age_on, parse_date, photo_background
from app.core.identity import Nik, NoKK, Sex
from app.core.identity_warnings import kk_warnings, nik_warnings
from app.core.text import clean_name, fold, limit_text, mask_phone, parse_phone, parse_rt, parse_rt_rw
from app.core.value_problem import ValueProblem

__all__ = [
    "Nik",
    "NoKK",
    "Sex",
    "ValueProblem",
    "age_on",
    "clean_name",
    "fold",
    "kk_warnings",
    "limit_text",
    "mask_phone",
    "nik_warnings",
    "parse_date",
    "parse_phone",
    "parse_rt",
    "parse_rt_rw",
    "photo_background",
]
