"""A recap in words: the sentence that the Camat reads first."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from app.complaints.figures import Figures
from app.complaints.number_masks import SHOWN
from app.core.dates import number


def lead_of(figures: Figures) -> str:
    """What the Camat reads first."""
    totals, before = figures.totals, figures.sums.before
    if figures.nihil:
        return "Nihil: tidak ada pengaduan dan tidak ada sisa dari triwulan sebelumnya."
    change = totals.received - before.received
    against = (
        "sama banyak dengan"
        if not change
        else f"{number(abs(change))} {'lebih banyak' if change > 0 else 'lebih sedikit'} dari"
    ) + " triwulan lalu"
    parts = [f"{number(totals.received)} pengaduan, {against}."]
    half = f", separuhnya dalam {totals.median} hari kerja" if totals.median is not None else ""
    parts.append(f"{number(totals.settled)} selesai{half}.")
    parts.append(
        f"{number(totals.late)}\u00a0lewat\u00a0batas." if totals.late else "Tidak ada yang lewat batas."
    )
    levy = next((row.received for row in figures.sums.categories if row.key == "levy"), 0)
    if levy:
        parts.append(f"{number(levy)} tentang pungutan liar.")
    if figures.carried.totals.received:
        parts.append(f"{number(figures.carried.totals.received)}\u00a0dibawa dari triwulan sebelumnya.")
    return " ".join(parts)


def drawing(svg: str) -> Markup:
    """A chart of ours inside a page; its texts were escaped where it was drawn."""
    return Markup(svg)


_REMOVED = re.compile("|".join(re.escape(one) for one in SHOWN.values()))


def marked(text: str) -> Markup:
    """A public text in which what was taken out stands out, for the eye that reads what is left."""
    return Markup(_REMOVED.sub(lambda found: f"<mark>{found[0]}</mark>", str(escape(text))))
