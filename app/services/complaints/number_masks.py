"""What is found by its shape alone: mail, accounts, codes, births, addresses, plates, and every number that is long.

Every pattern is linear: what repeats is possessive or bounded, and begins only where a word begins. A text of any
length takes as long as it is long (tests/rules/test_patterns.py).
"""

import re
import unicodedata

from app.core.codes import has_valid_check
from app.core.dates import MONTHS
from app.core.text import to_latin
from app.services.complaints.word_lists import COMMON, PLACES, POSTS

WORD = re.compile(r"[^\W\d_]++(?:['’`][^\W\d_]++)*+")
NUMBER = "\ue000"
PLACE = "\ue001"
MAIL = "\ue002"
NAME = "\ue003"
CODE = "\ue004"
SHOWN = {NUMBER: "[nomor]", PLACE: "[alamat]", MAIL: "[surel]", NAME: "[nama]", CODE: "[kode]"}
MARKS = frozenset(SHOWN)

_AT = r"(?:\s{0,2}@\s{0,2}|\s{0,2}[(\[{](?:at|et)[)\]}]\s{0,2}|\s{1,2}(?:at|et)\s{1,2})"
_DOT = r"(?:\.|\s{1,2}\.\s{1,2}|\s{0,2}[(\[{](?:dot|titik)[)\]}]\s{0,2}|\s{1,2}(?:dot|titik)\s{1,2})"
_MAIL = re.compile(rf"(?<![\w.+\-])[\w.+\-]++{_AT}[\w\-]++(?:{_DOT}[\w\-]++){{1,4}}+", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![\w.+\-])[\w.+\-]++@[\w\-]++")
_ACCOUNT = re.compile(r"(?<!\w)@\s?\w[\w.]*+|(?:https?://|www\.)\S++", re.IGNORECASE)
_LINK = re.compile(
    r"(?<![\w.\-/])[\w\-]++(?:\.[\w\-]++){0,5}?\.(?:com|net|org|id|me|ly|ee|co|io|gg|tv|app|link)\b(?:/\S*+)?",
    re.IGNORECASE,
)
_PLATFORM = re.compile(
    r"\b(?:ig|insta|instagram|fb|facebook|tiktok|telegram|tele|twitter|youtube|line|wechat|michat)\b"
    r"(?P<own>(?:\s{0,2}(?:id|akun|saya|kami|nya|ku|dia|namanya|[:=]))*+)\s{0,2}(?P<name>\w[\w.\-]*+)"
    r"(?P<more>(?-i:(?:\s[A-Z]\w{1,30}){0,3}))",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\w\-])(?:[0-9A-Z]{4}[-\s][0-9A-Z]{4}[-\s][0-9A-Z]{3}|[0-9A-Z]{11})(?![\w\-])", re.IGNORECASE)
_SHORT_CODE = re.compile(r"(?<![\w\-])(?=(?P<code>[0-9A-Z]{4}[-\s]?[0-9A-Z]{4})(?![\w\-]))", re.IGNORECASE)
_FILE = re.compile(
    r"(?<![\w/])\d{1,6}\s{0,2}[/\-]\s{0,2}(?P<kind>[A-Z][A-Z.]{1,14})"
    r"(?:\s{0,2}[/\-]\s{0,2}[\w.]{1,12}){0,3}?\s{0,2}[/\-]\s{0,2}(?:19|20)\d\d(?!\d)",
    re.IGNORECASE,
)
_MONTH = rf"(?:{'|'.join(MONTHS)}|jan|feb|mar|apr|jun|jul|agt|agu|ags|sept?|okt|nov|des)\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_SOME_DAY = rf"{_DAY}[\-/. ]{{1,2}}(?:{_MONTH}|0?[1-9]|1[0-2])[\-/. ]{{1,2}}"
_OLD_DAY = re.compile(
    rf"(?<![\d/.\-]){_SOME_DAY}(?:19\d\d|200\d|201[0-2])(?!\d)"
    r"|(?<![\d/.\-])(?:19\d\d|200\d|201[0-2])-\d\d-\d\d(?!\d)",
    re.IGNORECASE,
)
_BORN = re.compile(r"\b(?:lahir(?:nya|an|kan)?|kelahiran|dilahirkan|ttl|born)\b(?P<rest>[^\n]{0,60})", re.IGNORECASE)
_BORN_DAY = re.compile(
    rf"(?<!\d)(?:{_SOME_DAY}(?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d|(?:19|20)\d\d)(?!\d)"
    rf"|(?<!\d){_DAY}\s{{1,2}}{_MONTH}",
    re.IGNORECASE,
)
_BORN_AT = re.compile(
    r"^(?P<before>[\s:,]{0,3}(?:(?:di|saya|tempat|tgl|tanggal|kota)\s){0,2})(?P<place>[^\W\d_]{3,30})"
    r"|\b(?:di|kota)\s(?P<far>[A-Z][^\W\d_]{2,30})"
)
_COUNT = r"(?:\d{1,3}|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas)"
_RT = re.compile(
    rf"\bR\.?\s?T\.?\s{{0,2}}(?:/\s{{0,2}}R\.?\s?W\.?)?\s{{0,2}}[:.]?\s{{0,2}}{_COUNT}"
    rf"(?:\s{{0,2}}[/,\-]?\s{{0,2}}(?:R\.?\s?W\.?\s{{0,2}}[:.]?)?\s{{0,2}}{_COUNT}\b)?"
    rf"|\bR\.?\s?W\.?\s{{0,2}}[:.]?\s{{0,2}}{_COUNT}\b",
    re.IGNORECASE,
)
_KEYS = "jl|jln|jalan|gg|gang|dsn|dusun|dk|dukuh|dukuhan|perum|perumahan|lingkungan|blok"
_STREET = re.compile(
    rf"\b(?P<key>{_KEYS})\b\.?\s{{0,3}}(?P<words>[^\W_][\w'\-/]*+"
    rf"(?:[ .,]{{1,2}}(?!(?:rt|rw|{_KEYS})\b)[^\W_][\w'\-/]*+){{0,6}})",
    re.IGNORECASE,
)
_HOUSE = re.compile(r"\brumah\s{1,2}(?:saya\s)?(?:no|nomor|nmr|nomer)\b\.?\s{0,2}\d[\w/]*+", re.IGNORECASE)
_NUMBERED = frozenset({"no", "nomor", "nomer", "nmr", "blok", "kav"})
_FURTHER = re.compile(r"[^\W_][\w'\-/]*+")
_PLATE = re.compile(
    r"(?<![\w\-])(?:[ABDEFGHKLMNPRSTWZ]|A[ABDEG]|B[ABDEGHKLMNP]|D[ABCDEGHKLMNPRST]|E[ABD]|K[BHTU]|P[AB])"
    r"[\s\-]?\d{1,4}[\s\-]?(?P<tail>[A-Z]{1,3})(?![\w])|\b(?:plat|nopol)(?:nya)?\W{0,3}[A-Z]{1,2}[\s\-]?\d{1,4}\b",
    re.IGNORECASE,
)
_UNITS = frozenset(("rb", "jt", "kg", "km", "cm", "m", "x"))
_SPOKEN = "nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan"
_GAP = r"[\s.,\-\u2010-\u2015_/():|*]{0,4}"
_RUN = re.compile(
    rf"(?<![^\W\d_])\+?\(?(?:[OoIl]{{1,2}}(?=\d))?(?:\d|{_SPOKEN})"
    rf"(?:{_GAP}(?:\d|{_SPOKEN})|[OoIl]|{_GAP}[OoIl]{{1,2}}(?=\d))*+\)?",
    re.IGNORECASE,
)
_DIGIT = re.compile(rf"\d|{_SPOKEN}", re.IGNORECASE)
_DATE = r"(?:(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-\d\d)"
_TIME = r"(?<![\d.:])(?:[01]?\d|2[0-3])[.:][0-5]\d(?![.:]?\d)"
_KEPT = re.compile(rf"(?<!\d)(?:{_DATE}|(?:19|20)\d\d\s?[-/\u2013]\s?(?:19|20)\d\d|\d\.\d{{3}}\.\d{{3}}|{_TIME})(?!\d)")
_BEFORE = re.compile(
    r"\b(?:hp|wa|whatsapp|telp|tlp|telepon|telpon|sms|hubungi|rekening|rek|norek|nik|kk|nip|nomor hp|no hp|kontak)"
    r"(?:\W{0,3}(?:bri|bca|bni|bsi|btn|mandiri|bank|jatim|saya|no|nomor|nomer)\b){0,3}\W{0,3}$",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\bRp\.?\s?$", re.IGNORECASE)
LONG, SHORT, MOST_MONEY = 7, 4, 8
"""Digits from which a number is taken out: anywhere, after a word such as *HP*; and at most of an amount in rupiah."""


def plain_text(text: str) -> str:
    """The text as a reader sees it: letters and digits in their plain form, no invisible signs, single blanks.

    They could split a number that a reader sees as one, or make of a name another word. Lines stay lines.
    """
    plain = to_latin(unicodedata.normalize("NFKC", to_latin(text.replace("\r\n", "\n").replace("\r", "\n"))))
    seen = (sign for sign in plain if sign in "\n\t" or unicodedata.category(sign)[0] not in "CM")
    kept = "".join(seen)
    return "\n".join(" ".join(line.split()) for line in kept.split("\n"))


def replace_any_case(text: str, what: str) -> str:
    return re.sub(re.escape(plain_text(what)), MAIL, text, flags=re.IGNORECASE)


def mask_numbers(text: str) -> str:
    for pattern, mark in ((_MAIL, MAIL), (_ADDRESS, MAIL), (_ACCOUNT, MAIL)):
        text = pattern.sub(mark, text)
    text = _mask_short_codes(_CODE.sub(_mask_code, text))
    for pattern, judge in (
        (_LINK, _mask_link),
        (_PLATFORM, _mask_platform),
        (_FILE, _mask_file_number),
        (_BORN, _mask_birth),
    ):
        text = pattern.sub(judge, text)
    text = _HOUSE.sub(PLACE, _RT.sub(PLACE, _OLD_DAY.sub(NUMBER, text)))
    return _RUN.sub(_mask_number, _PLATE.sub(_mask_plate, _STREET.sub(_mask_street, text)))


def _bare_word(word: str) -> str:
    return word.lower().strip(".,-/'")


def _mask_link(found: re.Match[str]) -> str:
    if ".go.id" in found[0].lower():
        return found[0]
    return MAIL


def _mask_platform(found: re.Match[str]) -> str:
    """What follows *IG* or *fb* stays when it is an everyday word, or nothing makes it look like an account."""
    name = found["name"]
    own = found["own"].strip()
    if _bare_word(name) in COMMON or (name in MARKS):
        return found[0]
    shaped = any(sign.isdigit() or sign in "_." for sign in name.rstrip(".")) or name[:1].isupper()
    if not own and not shaped:
        return found[0]
    return found[0][: found.start("name") - found.start()] + MAIL


def _mask_code(found: re.Match[str]) -> str:
    """A slip code: in its printed form, or letters and digits mixed as only a code has them, or checked."""
    text = found[0]
    if "-" in text and text == text.upper():
        if any(sign.isdigit() for sign in text):
            return CODE
        return text
    joined = "".join(sign for sign in text if sign.isalnum())
    groups = [joined[:4], joined[4:8], joined[8:]]
    mixed = sum(any(sign.isdigit() for sign in part) and any(sign.isalpha() for sign in part) for part in groups)
    if mixed >= 2 or (mixed and has_valid_check(joined)):
        return CODE
    return text


def _mask_short_codes(text: str) -> str:
    """Codes of eight signs. `slip 4k7m q2xq` has two places that look like one, so each place is judged by itself."""
    parts = []
    done = 0
    for found in _SHORT_CODE.finditer(text):
        if found.start() >= done and _is_short_code(found["code"]):
            parts += [text[done : found.start()], CODE]
            done = found.end("code")
    return "".join([*parts, text[done:]])


def _is_short_code(code: str) -> bool:
    """Letters and digits mixed as only a code has them, and either written as on the slip or checked."""
    joined = "".join(sign for sign in code if sign.isalnum())
    digits = sum(sign.isdigit() for sign in joined)
    halves = sum(part.isalnum() and not part.isalpha() and not part.isdigit() for part in (joined[:4], joined[4:]))
    if not halves:
        return False
    printed = "-" in code and code == code.upper()
    return printed or has_valid_check(joined) or (halves == 2 and digits >= 3)


def _mask_file_number(found: re.Match[str]) -> str:
    """The number of a file or a letter, but not a date with the name of its month."""
    if re.fullmatch(_MONTH, found["kind"], re.IGNORECASE):
        return found[0]
    return CODE


def _mask_birth(found: re.Match[str]) -> str:
    """Day, year and place of a birth, as far as its sentence goes."""
    rest = found["rest"]
    end = next((n for n in range(len(rest) - 1) if rest[n] in ".;!?" and rest[n + 1] == " "), len(rest))
    told = rest[:end]
    after = rest[end:]
    masked = _BORN_DAY.sub(NUMBER, told, count=1)
    told = _BORN_AT.sub(lambda at: _mask_birthplace(at, masked != told), masked)
    return found[0][: len(found[0]) - len(rest)] + told + after


def _mask_birthplace(at: re.Match[str], dated: bool) -> str:
    """A town, where a day stands too or the word is written with a capital letter; no everyday word."""
    word = at["place"] or at["far"]
    known = _bare_word(word) in COMMON and _bare_word(word) not in PLACES
    if known or not (dated or word[:1].isupper()) or (not word[:1].isupper() and _bare_word(word) not in PLACES):
        return at[0]
    return at[0][: len(at[0]) - len(word)] + PLACE


def _mask_street(found: re.Match[str]) -> str:
    """A street, hamlet or block: as many of the words that follow as belong to it, none of *jalan rusak*."""
    words = list(_FURTHER.finditer(found["words"]))
    taken = _house_number(words) or _street_name(found["key"].lower(), [word[0] for word in words])
    if taken:
        return PLACE + found["words"][words[taken - 1].end() :]
    return found[0]


def _house_number(words: list[re.Match[str]]) -> int:
    """How many words reach to a house number: `merdeka nomor 12`, `mawar 5`; 0 where there is none."""
    for n, word in enumerate(words[1:], start=1):
        said = _bare_word(word[0]) in _NUMBERED and n + 1 < len(words)
        if said and (any(sign.isdigit() for sign in words[n + 1][0]) or len(words[n + 1][0]) == 1):
            if further := _house_number(words[n + 1 :]):
                return n + 1 + further
            return n + 2
        bare = word[0][0].isdigit() and len(word[0]) <= 5
        if bare and all(_bare_word(said_word[0]) not in COMMON for said_word in words[:n]):
            return n + 1
    return 0


def _street_name(key: str, words: list[str]) -> int:
    first = _bare_word(words[0])
    if key == "blok":
        return int(len(first) == 1 or any(sign.isdigit() for sign in first))
    great = words[0][0].isupper() and first == "raya" and len(words) > 1 and words[1][0].isupper()
    if (first in COMMON or first in POSTS) and not great:
        return 0
    if key == "jalan" and not (words[0][0].isupper() or words[0][0].isdigit()):
        return 0
    if len(words) > 1 and (great or len(first) < 4 or key.startswith("perum")):
        taken = 2
    else:
        taken = 1
    while taken < min(5, len(words)) and words[taken][0].isupper() and _bare_word(words[taken]) not in COMMON:
        taken += 1
    return taken


def _mask_plate(found: re.Match[str]) -> str:
    """A licence plate; `A 12 dan` and `loket B 3 ke` are none."""
    tail = found["tail"]
    if tail and not tail.isupper() and (tail.lower() in COMMON or tail.lower() in _UNITS):
        return found[0]
    return NUMBER


def _mask_number(run: re.Match[str]) -> str:
    """A run of digits stays when it is short, or made of dates, hours, spans of years and amounts."""
    digits = _count_digits(run[0])
    before = run.string[max(0, run.start() - 40) : run.start()]
    if _BEFORE.search(before):
        return NUMBER if digits >= SHORT else run[0]
    if digits < LONG or len(_DIGIT.findall(_KEPT.sub(" ", run[0]))) <= SHORT:
        return run[0]
    if _MONEY.search(before) and digits <= MOST_MONEY:
        return run[0]
    return NUMBER


def _count_digits(run: str) -> int:
    """How many digits a reader sees: figures, spoken ones, and letters O and I among figures."""
    figures = len(_DIGIT.findall(run))
    spoken = any(sign.isalpha() and sign not in "OoIl" for sign in run)
    if spoken:
        return figures
    return figures + sum(sign in "OoIl" for sign in run)


def show_marks(text: str) -> str:
    for mark, word in SHOWN.items():
        text = re.sub(f"{mark}(?:[\\s.]*+{mark})*+", word, text)
    return " ".join(text.split())
