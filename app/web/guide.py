"""The officers' guide inside the program: the pages of docs/petugas, readable where there is no network."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from app import paths
from app.core.permissions import Actor
from app.web import context, markdown
from app.web.guard import signed_in
from app.web.pages import page

SIDES = {
    "office": ("semua", "desa", "loket", "operator", "kasi", "sekretaris", "camat", "informasi", "pengaduan-kasi",
               "pengaduan-sekretaris", "padam", "administrator"),
    "centre": ("pusat-cetak", "administrator"),
}  # fmt: skip
"""The pages of each side in the order in which they are offered; the first is the one for everybody."""

FIRST = {"village": "desa", "counter": "loket", "operator": "operator", "kasi": "kasi", "sekretaris": "sekretaris",
         "camat": "camat", "information": "informasi", "admin": "administrator"}  # fmt: skip
"""The page that a role reads first."""

FILES = {"semua": "petugas/README.md", "administrator": "administrators.md"}
"""Pages whose file is called otherwise; the others are `petugas/<name>.md`."""

AN_HOUR = "private, max-age=3600"


def source(name: str) -> Path:
    """The file of a page."""
    return paths.docs() / FILES.get(name, f"petugas/{name}.md")


@lru_cache(maxsize=32)
def read(name: str) -> tuple[str, Markup]:
    """Title and body of a page; its addresses do not change while the program runs."""
    first, _, text = source(name).read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("# "), markdown.html(text, address)


def address(target: str) -> str:
    """Where a link or a picture of a guide leads inside the program; empty for a document that stays outside."""
    folder, _, name = target.rpartition("/")
    if folder.endswith("gambar"):
        return url_for("guide_picture", name=name)
    known = {source(one).name: one for side in SIDES.values() for one in side}
    return url_for("guide", what=known[name]) if name in known else ""


def own(actor: Actor, names: tuple[str, ...]) -> str:
    """The page of a person's first role."""
    return next((FIRST[role] for role in FIRST if role in actor.roles and FIRST[role] in names), names[0])


@signed_in
def guide(what: str = "") -> ResponseReturnValue:
    """One page of the guide; without a name that of one's own role."""
    names = SIDES[context.loket().shell.side]
    chosen = what or own(context.current_actor(), names)
    if not any(chosen in side for side in SIDES.values()):
        raise NotFound
    title, body = read(chosen)
    return page(
        "guide.html", title=title, body=body, chosen=chosen, links=[(one, read(one)[0]) for one in names]
    )


@signed_in
def guide_picture(name: str) -> Response:
    """A picture of the guide."""
    known = {path.name: path for path in (paths.docs() / "petugas" / "gambar").glob("*.png")}
    if name not in known:
        raise NotFound
    return Response(known[name].read_bytes(), content_type="image/png", headers={"Cache-Control": AN_HOUR})


def install(app: Flask) -> None:
    """Register page and pictures on either side."""
    app.add_url_rule("/panduan/", "guide", guide)
    app.add_url_rule("/panduan/<what>", "guide", guide)
    app.add_url_rule("/panduan/gambar/<name>", "guide_picture", guide_picture)
