"""What the text of a letter is made of: paragraphs, tables, lists, annexes; and what another letter may take of it."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from app.casework.letters.cases import ANNEX
from app.casework.letters.tables import OutgoingLetter
from app.core.dates import plain_date
from app.platform.printing.data import letters


class LetterParts(NamedTuple):
    """What a letter says on its own sheets, and its annexes."""

    blocks: list[letters.Block]
    annexes: list[letters.Annex]


def letter_parts(text: str) -> LetterParts:
    """A text in its parts: an annex begins with a line `LAMPIRAN: title`."""
    body, *parts = ANNEX.split(text)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    annexes = [letters.Annex(title=title.strip(), blocks=tuple(text_blocks(said))) for title, said in pairs]
    return LetterParts(text_blocks(body), annexes)


def text_blocks(text: str) -> list[letters.Block]:
    """Paragraphs, parted by blank lines; lines with `|` one below the other are a table, or a list of what each is
    (`Nama: | Ponirah`) where all of them begin so."""
    blocks = []
    for paragraph in text.split("\n\n"):
        for is_row, lines in groupby(paragraph.strip("\n").split("\n"), key=lambda line: "|" in line):
            if is_row:
                blocks.append(block_of_rows(lines))
            elif said := "\n".join(lines).strip():
                blocks.append(letters.Block(text=said))
    return blocks


def block_of_rows(lines: Iterable[str]) -> letters.Block:
    rows = tuple(tuple(cell.strip() for cell in line.strip("| ").split("|")) for line in lines)
    if all(len(row) == 2 and row[0].endswith(":") for row in rows):
        return letters.Block(facts=labelled(rows))
    return letters.Block(rows=rows)


def labelled(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """Rows of a list as (label, words), the label without its colon."""
    return tuple((label.removesuffix(":").strip(), words) for label, words in rows)


def words_of_letter(row: OutgoingLetter) -> dict[str, str]:
    """What a kind that follows a letter may say of it: number, day, subject, the first of its tables (of its annexes
    where it has none itself), and each `Label: | words` by its label."""
    parts = letter_parts(row.text)
    in_annexes = [block for annex in parts.annexes for block in annex.blocks]
    tables = [block.rows for block in (*parts.blocks, *in_annexes) if block.rows]
    table = tables[0] if tables else ()
    day = ""
    if row.numbered_on:
        day = plain_date(date.fromisoformat(row.numbered_on))
    return {
        **{label: words for block in parts.blocks for label, words in block.facts},
        "nomor surat": row.number,
        "tanggal surat": day,
        "hal surat": row.subject,
        "daftar surat": "\n".join(" | ".join(cells) for cells in table),
    }
