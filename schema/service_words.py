"""A service standard names what it says: numbers in its texts agree with the values that the program counts with.

`disagreements(definition)` gives every fault as (path of the key, Indonesian sentence). It is asked when a revision is
to take effect, and of the shipped files; a revision that took effect before is read as it is.

Texts may leave the number to the value: `{promise}` reads `12 (dua belas) hari kerja`, `{fee}` the fee (`fill_in`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from schema.faults import Fault, values_at
from schema.service_procedure import Definition
from schema.toml_lines import KeyPath

ONES = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
TENS = {"puluh": 10, "ratus": 100}
WHOLE = {"sepuluh": 10, "sebelas": 11, "seratus": 100}
LARGE = {"ribu": 1000, "juta": 1_000_000}
NUMBER_WORDS = frozenset({*ONES, "belas", *TENS, *WHOLE, *LARGE, "seribu"})
TOKEN = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+|[^\W\d_]+")
GLUED = re.compile(r"\b(" + "|".join(ONES[1:]) + r")(belas|puluh|ratus|ribu)")
PAIR = re.compile(r"(?<!\d)(\d{1,12}(?:\.\d{3}){0,4})\s{0,3}\(([^()\d]{1,200})\)")
MONEY = re.compile(
    r"Rp\.?\s{0,3}(\d{1,12}(?:\.\d{3}){0,4})|(?<!\d)(\d{1,12}(?:\.\d{3}){0,4})\s{0,3}(?:\([^()]{0,200}\)\s{0,3})?rupiah",
    re.IGNORECASE,
)
FREE = re.compile(r"gratis|tidak dipungut|tanpa biaya|tidak dikenakan biaya|bebas biaya", re.IGNORECASE)
UNTIL = frozenset({"sampai", "hingga", "s", "d", "sd", "atau"})
UNITS = {"working_days": "hari kerja", "calendar_days": "hari kalender"}
MINUTES = {"menit": 1, "jam": 60}


class Days(NamedTuple):
    number: int
    unit: str

    def is_said_by(self, text: Days) -> bool:
        is_same_unit = text.unit == self.unit or (text.unit == "hari" and self.unit == "hari kalender")
        return is_same_unit and text.number == self.number


def parse_number_words(words: list[str]) -> int | None:
    """`dua belas` is 12; None for anything that is not a number in words."""
    total = below = last = 0
    for word in words:
        if word in ONES:
            last = ONES.index(word)
        elif word == "belas":
            below = below + last + 10
            last = 0
        elif word in TENS:
            below = below + last * TENS[word]
            last = 0
        elif word in WHOLE:
            below += WHOLE[word]
        elif word in LARGE:
            total = total + (below + last) * LARGE[word]
            below = 0
            last = 0
        elif word == "seribu":
            total += 1000
        else:
            return None
    if not words:
        return None
    return total + below + last


def number_in_words(n: int) -> str:
    """A whole number from 0 to 999.999.999 in words: 21 is `dua puluh satu`, 1100 `seribu seratus`."""
    if not 0 <= n < 1_000_000_000:
        raise ValueError("numbers in words run from 0 to 999.999.999")
    for size, word in ((1_000_000, "juta"), (1000, "ribu"), (100, "ratus"), (10, "puluh")):
        if n >= size and not 10 <= n < 20:
            head, rest = divmod(n, size)
            if head == 1 and size < 1_000_000:
                first = f"se{word}"
            else:
                first = f"{number_in_words(head)} {word}"
            if rest:
                return f"{first} {number_in_words(rest)}"
            return first
    if n < 10:
        return ONES[n]
    return {10: "sepuluh", 11: "sebelas"}.get(n, f"{ONES[n - 10]} belas")


def tokens_of(text: str) -> list[str]:
    """Words and numbers of a text, small letters, `duabelas` as two words."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return TOKEN.findall(GLUED.sub(r"\1 \2", plain))


def days_in(text: str) -> list[Days]:
    days = []
    tokens = tokens_of(text)
    for place, token in enumerate(tokens):
        if token == "hari":
            after = ""
            if place + 1 < len(tokens):
                after = tokens[place + 1]
            unit = "hari"
            if after in ("kerja", "kalender"):
                unit = f"hari {after}"
            days += [Days(number, unit) for number in numbers_before(tokens, place)]
    return days


def numbers_before(tokens: list[str], place: int) -> list[int]:
    """Numbers that stand right before a word: `10 sampai 12 (dua belas)` gives 12, 12 and 10."""
    numbers: list[int] = []
    words: list[str] = []
    for token in reversed(tokens[:place]):
        if token in NUMBER_WORDS:
            words.insert(0, token)
            continue
        numbers += [number for number in [parse_number_words(words)] if number is not None]
        words = []
        if token[0].isdigit():
            numbers.append(int(token.replace(".", "")))
        elif token not in UNTIL or not numbers:
            return numbers
    return numbers + [number for number in [parse_number_words(words)] if number is not None]


# -- checks ----------------------------------------------------------------------------------------------------


def wording_faults(definition: Definition) -> list[Fault]:
    checks = (_pair_faults, _promise_faults, _fee_faults, _time_faults)
    return list(dict.fromkeys(fault for check in checks for fault in check(definition)))


def _counting_clauses(d: Definition) -> Iterator[tuple[KeyPath, str, str]]:
    """(path of the text that counts, number, text) of every clause; one without a number has its section's."""
    for i, section in enumerate(d.sections):
        for j, clause in enumerate(section.clauses):
            if clause.reading:
                key = "reading"
            else:
                key = "printed"
            yield ("sections", i, "clauses", j, key), clause.number or section.number, clause.text


def _public_texts(d: Definition) -> Iterator[tuple[KeyPath, str]]:
    """Texts beside the clauses that people are told: documents, and what steps and exits say to an applicant."""
    for path in ("documents[].text", "steps[].say", "exits[].say"):
        yield from values_at(d, path)


def _texts_of_clause(d: Definition, clause: str) -> Iterator[tuple[KeyPath, str]]:
    for path, number, text in _counting_clauses(d):
        if number == clause or number.startswith(f"{clause}."):
            yield path, text


def _pair_faults(d: Definition) -> Iterator[Fault]:
    """`12 (dua belas)`: digits and words are the same number, in every text that counts."""
    texts = [*((path, text) for path, _, text in _counting_clauses(d)), *_public_texts(d)]
    texts += [*values_at(d, "promise.text"), *values_at(d, "fee.text")]
    for path, text in texts:
        for digits, words in PAIR.findall(text):
            number_words = [word for word in tokens_of(words) if word not in ("rupiah", "hari", "kerja")]
            number = parse_number_words(number_words)
            if number is not None and number != int(digits.replace(".", "")):
                yield path, f"angka {digits} dan huruf ({words}) berbeda; samakan keduanya."


def _promise_faults(d: Definition) -> Iterator[Fault]:
    """The promise's own texts name its days; no other text that people are told names other working days."""
    if d.promise is None:
        return
    wanted = Days(d.promise.days, UNITS[d.promise.unit])
    own = [(("promise", "text"), d.promise.text), *_texts_of_clause(d, d.promise.clause)]
    for path, text in own:
        yield from (_other_days_fault(path, day, wanted) for day in days_in(text) if not wanted.is_said_by(day))
    if not days_in(d.promise.text):
        yield ("promise", "text"), f"naskah tidak menyebut {wanted.number} {wanted.unit}; {_mending_hint()}"
    for path, text in _public_texts(d):
        yield from (
            _other_days_fault(path, day, wanted) for day in days_in(text) if day.unit == wanted.unit and day != wanted
        )


def _other_days_fault(path: KeyPath, written: Days, wanted: Days) -> Fault:
    said = f"naskah menyebut {written.number} {written.unit}, sedangkan promise berisi {wanted.number} {wanted.unit}"
    return path, f"{said}; {_mending_hint()}"


def _mending_hint() -> str:
    return "samakan keduanya, atau tulis {promise} di naskah."


def _fee_faults(d: Definition) -> Iterator[Fault]:
    if d.fee is None:
        return
    for path, text in [(("fee", "text"), d.fee.text), *_texts_of_clause(d, d.fee.clause)]:
        named = [int((first or second).replace(".", "")) for first, second in MONEY.findall(text)]
        if any(amount != d.fee.rupiah for amount in named) or (d.fee.rupiah and FREE.search(text)):
            yield path, f"naskah menyebut biaya lain daripada fee.rupiah = {d.fee.rupiah}; samakan keduanya."
    if not d.fee.rupiah and not FREE.search(d.fee.text) and not MONEY.search(d.fee.text):
        yield ("fee", "text"), "fee.rupiah = 0, tetapi naskah tidak menyebut gratis."


def _time_faults(d: Definition) -> Iterator[Fault]:
    for path, time in (*values_at(d, "rows[].time"), *values_at(d, "steps[].time")):
        if time is None or time.minutes is None:
            continue
        wanted = {time.minutes, time.most or time.minutes}
        if minutes_in(time.text) not in (set(), wanted):
            said = " sampai ".join(str(number) for number in sorted(wanted))
            yield (*path, "text"), f"naskah menyebut waktu lain daripada {said} menit; samakan keduanya."


def minutes_in(text: str) -> set[int]:
    tokens = tokens_of(text)
    return {
        number * MINUTES[token]
        for place, token in enumerate(tokens)
        if token in MINUTES
        for number in numbers_before(tokens, place)
    }


# -- numbers from the values -----------------------------------------------------------------------------------


def fill_placeholders(values: dict[str, Any]) -> dict[str, Any]:
    """The tables of a file with `{promise}` and `{fee}` written out in clauses, documents and their own texts."""
    words = {}
    promise = values.get("promise")
    fee = values.get("fee")
    if isinstance(promise, dict):
        days: Any = promise.get("days")
        unit = promise.get("unit")
        if days in range(1, 367) and isinstance(unit, str) and unit in UNITS:
            words["{promise}"] = f"{days} ({number_in_words(days)}) {UNITS[unit]}"
    if isinstance(fee, dict) and isinstance(fee.get("rupiah"), int):
        amount = f"Rp{fee['rupiah']:,}".replace(",", ".")
        if fee["rupiah"]:
            words["{fee}"] = amount
        else:
            words["{fee}"] = "tidak dipungut biaya (gratis)"
    names = [name for name in ("sections", "documents", "promise", "fee") if name in values]
    return values | {name: _filled_value(values[name], words) for name in names}


def _filled_value(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, text in words.items():
            value = value.replace(name, text)
        return value
    if isinstance(value, list):
        return [_filled_value(item, words) for item in value]
    if isinstance(value, dict):
        return {key: _filled_value(inner, words) for key, inner in value.items()}
    return value
