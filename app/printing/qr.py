"""QR codes and bar codes as SVG text, drawn with segno and python-barcode (both imported only when used)."""

from app.core.codes import check_character

BAR_WIDTH = 0.3
"""Millimetres of the narrowest bar before scaling; laser scanners at a counter read this from 10 cm."""


def with_check(text: str) -> str:
    """`text` followed by its check character: what the QR of a document says, e.g. `0398/KTP/2026-K`.

    A number typed by hand from the paper is checked the same way, see `app.core.codes.has_valid_check`.
    """
    return f"{text}-{check_character(text)}"


def qr_svg(text: str, *, border: int = 2) -> str:
    """QR of a text as SVG, error level M (a fold or a stamp may hide 15 %). The same text gives the same bytes.

    Raises ValueError when the text is too long for a QR (about 2,300 bytes).
    """
    import segno

    code = segno.make(text, error="m", micro=False, boost_error=False)
    return code.svg_inline(border=border, dark="#000", light="#fff", omitsize=True)


def barcode_svg(text: str) -> str:
    """Code 128 of a text (printable ASCII) without the text below it, as SVG. Raises ValueError for other signs."""
    import barcode
    from barcode.writer import SVGWriter

    if not text.isascii() or not text.isprintable():
        raise ValueError("a bar code holds printable ASCII only")
    writer = SVGWriter()
    drawn = barcode.get("code128", text, writer=writer)
    options = {"write_text": False, "module_width": BAR_WIDTH, "module_height": 10.0, "quiet_zone": 3.0}
    return drawn.render(options).decode("utf-8")
