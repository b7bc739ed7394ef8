"""Slip codes that can be read aloud, and the check character that also guards the QR of a document.

A code is seven random characters of Crockford's base 32 (no I, L, O, U) and one check character, written in two
groups: `4K7M-Q2XP`. The characters are taken as elements of the field of 32 elements and weighted with rising powers
of a generator. So one wrong character, or two neighbours exchanged, is always found, the check character included (the
usual modulus 37 needs five characters that no one can spell). Codes of earlier releases had ten random characters,
`4K7M-Q2XA-B1C`; papers with them are out there, so they are read for ever (decision 80).
"""

import secrets
from collections.abc import Callable

from app.core.problems import ValueProblem, describe_character

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 7
CODE_LENGTH = RANDOM_CHARACTERS + 1
OLD_LENGTH = 11
LENGTHS = (CODE_LENGTH, OLD_LENGTH)
HOW_LONG = f"{CODE_LENGTH} (slip lama {OLD_LENGTH})"
RANDOM_BYTES = 5  # 40 bits, of which 35 are used
_LOOK_ALIKES = str.maketrans("ILOU", "110V")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_VALUES |= {"I": 1, "L": 1, "O": 0, "U": 27}
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: x runs through all 31 non-zero elements
_TIMES_X = tuple(value << 1 ^ _POLYNOMIAL * (value >> 4) for value in range(32))
_SHIFTS = tuple(5 * place for place in range(RANDOM_CHARACTERS))


def check_character(text: str) -> str:
    """The check character of any text: letters and digits count, case and separators do not.

    I and L count as 1, O as 0 and U as V, as they do when a code is read back.
    """
    sum_ = 0
    for character in text.upper():
        value = _VALUES.get(character)
        if value is not None:
            sum_ = _TIMES_X[sum_ ^ value]
    return ALPHABET[sum_]


def with_check(text: str) -> str:
    """`text` followed by its check character: what the QR of a document says, e.g. `0398/KTP/2026-K`.

    A number typed by hand from the paper is checked the same way.
    """
    return f"{text}-{check_character(text)}"


def has_valid_check(text: str) -> bool:
    """True when the last letter or digit of `text` is the check character of what stands before it."""
    folded = [character for character in text.upper() if character in _VALUES]
    return len(folded) > 1 and check_character("".join(folded[:-1])) == folded[-1].translate(_LOOK_ALIKES)


def new_code(is_taken: Callable[[str], object] | None = None, random_bytes: bytes | None = None) -> str:
    """A fresh code in stored form (8 characters, no dash). `is_taken` says whether a code stands on another paper
    already: of 35 bits, 100,000 codes of one office meet once in seven offices. `random_bytes`: 5 or more, for tests.
    """
    if random_bytes is None:
        source = secrets.token_bytes(RANDOM_BYTES)
    else:
        source = random_bytes
    if len(source) < RANDOM_BYTES:
        raise ValueError(f"a code needs {RANDOM_BYTES} random bytes")
    number = int.from_bytes(source[:RANDOM_BYTES], "big")
    body = "".join([ALPHABET[number >> shift & 31] for shift in _SHIFTS])
    code = body + check_character(body)
    if is_taken is not None and is_taken(code):
        return new_code(is_taken)
    return code


def new_codes(count: int) -> set[str]:
    """Fresh codes; two of them that are the same count as one."""
    return {new_code() for _ in range(count)}


def show_code(code: str) -> str:
    """`4K7MQ2XP` as it is printed and read aloud: `4K7M-Q2XP`; one of an earlier release is read in three groups."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def check_code(text: str) -> str:
    """The stored form of a typed or scanned code: case, spaces, dashes and I/L/O/U are forgiven.

    Raises ValueProblem that says whether it is too short, holds a foreign sign or was copied wrongly.
    """
    if len(text) > 64:
        raise ValueProblem(f"Kode terlalu panjang. Kode di slip berisi {HOW_LONG} huruf dan angka.")
    code = "".join(text.upper().replace("-", " ").split()).translate(_LOOK_ALIKES)
    if not code:
        raise ValueProblem("Kode belum diisi.")
    for character in code:
        if character not in _VALUES:
            raise ValueProblem(f"Kode tidak mungkin berisi {describe_character(character)}. Lihat lagi slipnya.")
    if len(code) not in LENGTHS:
        raise ValueProblem(f"Kode berisi {HOW_LONG} huruf dan angka. Yang diketik {len(code)}.")
    if not has_valid_check(code):
        raise ValueProblem("Kode tidak cocok: ada yang salah ketik atau tertukar. Lihat lagi slipnya.")
    return code


def typed_code(text: str) -> str:
    """The stored form of a code that somebody typed where other words may stand too; empty for what is none."""
    try:
        return check_code(text)
    except ValueProblem:
        return ""
