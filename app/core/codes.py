"""Slip codes that can be read aloud, and the check character that also guards the QR of a document.

A code is ten random characters of Crockford's base 32 (no I, L, O, U) and one check character, written
in groups: `4K7M-Q2XA-B1C`. The characters are taken as elements of the field of 32 elements and weighted
with rising powers of a generator. So one wrong character, or two neighbours exchanged, is always found,
the check character included (the usual modulus 37 needs five characters that no one can spell).
"""

import secrets

from app.core.problems import ValueProblem, describe_character

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 10
CODE_LENGTH = RANDOM_CHARACTERS + 1
RANDOM_BYTES = 7  # 56 bits, of which 50 are used
_LOOK_ALIKES = str.maketrans("ILOU", "110V")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_VALUES |= {"I": 1, "L": 1, "O": 0, "U": 27}
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: x runs through all 31 non-zero elements
_TIMES_X = tuple(value << 1 ^ (_POLYNOMIAL if value & 16 else 0) for value in range(32))
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


def new_code(random_bytes: bytes | None = None) -> str:
    """A fresh code in stored form (11 characters, no dashes). `random_bytes`: 7 or more, for tests."""
    source = secrets.token_bytes(RANDOM_BYTES) if random_bytes is None else random_bytes
    if len(source) < RANDOM_BYTES:
        raise ValueError(f"a code needs {RANDOM_BYTES} random bytes")
    number = int.from_bytes(source[:RANDOM_BYTES], "big")
    body = "".join([ALPHABET[number >> shift & 31] for shift in _SHIFTS])
    return body + check_character(body)


def show_code(code: str) -> str:
    """`4K7MQ2XAB1C` as it is printed and read aloud: `4K7M-Q2XA-B1C`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def check_code(text: str) -> str:
    """The stored form of a typed or scanned code: case, spaces, dashes and I/L/O/U are forgiven.

    Raises ValueProblem that says whether it is too short, holds a foreign sign or was copied wrongly.
    """
    if len(text) > 64:
        raise ValueProblem(f"Kode terlalu panjang. Kode di slip berisi {CODE_LENGTH} huruf dan angka.")
    code = "".join(text.upper().replace("-", " ").split()).translate(_LOOK_ALIKES)
    if not code:
        raise ValueProblem("Kode belum diisi.")
    for character in code:
        if character not in _VALUES:
            raise ValueProblem(f"Kode tidak mungkin berisi {describe_character(character)}. Lihat lagi slipnya.")
    if len(code) != CODE_LENGTH:
        raise ValueProblem(f"Kode berisi {CODE_LENGTH} huruf dan angka. Yang diketik {len(code)}.")
    if not has_valid_check(code):
        raise ValueProblem("Kode tidak cocok: ada yang salah ketik atau tertukar. Lihat lagi slipnya.")
    return code


def epoch_letter(epoch: int) -> str:
    """Nothing in the first epoch, then B to Z, BA, BB and on: a restored PC never gives a number again."""
    letters, rest = "", epoch - 1
    while rest:
        rest, place = divmod(rest, 26)
        letters = chr(ord("A") + place) + letters
    return letters
