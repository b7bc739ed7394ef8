"""Letters that look like Latin ones but are others, and signs that look like nothing: two names that read the same.

A name typed with a Cyrillic а is another name to every comparison, and nobody sees why it is not found. Such letters
are refused where text enters the office (`text.limit_text`) and read as what they look like wherever names are
compared or taken out (`latin`). Full-width and circled forms are letters and digits: they are folded, not refused.
"""

from __future__ import annotations

import unicodedata

LIKE = {
    **dict(zip("авекмнорстухѕіїјӏԁһԛԝɡ", "abekmhopctyxsiijldhqwg", strict=True)),
    **dict(zip("АВЕКМНОРСТУХЅІЇЈӀԀҺԚԜЗ", "ABEKMHOPCTYXSIIJIDHQW3", strict=True)),
    **dict(zip("αβγεηικνορτυχω", "aByenikvoptuxw", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("ıɑɩʟɴʀѵᴀᴄᴇᴋᴍᴏᴘᴛᴜᴠᴡᴢ", "iaiLNRvACEKMOPTUVWZ", strict=True)),
    **dict(zip("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷΝᎤᏢᏚᎢᏙᎳᏃ", "ABCDEHJKLMNOPSTVWZ", strict=True)),
}  # fmt: skip
_LATIN = {ord(other): latin for other, latin in LIKE.items()}
BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
"""Printable by their class, yet nothing is seen: Hangul fillers, an empty Braille cell, a joiner."""
_NO_BLANKS = dict.fromkeys(map(ord, BLANKS))
_SCRIPTS = {"CYRILLIC": "Kiril", "GREEK": "Yunani", "CHEROKEE": "Cherokee", "LATIN": "Latin bentuk lain"}


def fold_forms(text: str) -> str:
    """Full-width, circled and styled letters, digits and signs as plain ones; accents, `½` and `²` stay."""
    return text if text.isascii() else "".join(map(_plain_form, text))


def _plain_form(sign: str) -> str:
    """One sign as it is meant."""
    if sign < "\u2000":
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    wide = "\uff01" <= sign <= "\uff5e"
    raised = unicodedata.decomposition(sign).startswith(("<super>", "<sub>", "<fraction>"))
    return plain if plain.isascii() and (wide or (plain.isalnum() and not raised)) else sign


def latin(text: str) -> str:
    """A text as a reader sees it: letters in the Latin form that they look like, without signs that show nothing."""
    return text if text.isascii() else text.translate(_LATIN).translate(_NO_BLANKS)


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
    """Whether a sign is a letter or digit of the Latin script."""
    return sign.isascii() and sign.isalnum()
