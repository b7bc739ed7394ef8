"""What the search box offers while somebody types: acts, pages and numbers of this side, what this person may see only.

People are not found here: a name or the number of a person is searched when somebody asks for it, and leaves a trace.
"""

from collections.abc import Iterable, Iterator

from flask import current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import may
from app.core.text import begins_words, search_words
from app.platform.web import context, guide
from app.platform.web.context import Finder, Found, Nav
from app.platform.web.guard import signed_in
from app.platform.web.layout import RailLines, page_address
from app.platform.web.own_flask import LateFlask

MOST_PAGES = 8
MOST_SEARCHED = 100
"""Letters of a search that its box takes."""
NUMBER_OF_PERSON = 12
"""Digits from which a search asks for a person by number."""
Group = tuple[str, list[Found]]
"""A kind, and what was found of it."""


@signed_in
def offer_places() -> ResponseReturnValue:
    """The list under the search box. A POST, so that no number stands in an address."""
    text = asked_text()
    groups = find_places(text)
    if text and not asks_person(text):
        groups += find_things(text, typing=True)
    return render_template("_palette.html", groups=groups, typed=text)


def asked_text() -> str:
    """What was typed into the search box, as its next page shows it again."""
    g.searched = " ".join(request.form.get("q", "").split())[:MOST_SEARCHED]
    return str(g.searched)


def asks_person(text: str) -> bool:
    """Whether a search asks for the number of a person, or its better part, instead of a paper's."""
    return sum(sign.isdigit() for sign in text) >= NUMBER_OF_PERSON


def find_places(text: str) -> list[Group]:
    """What begins something, the pages of this person, and those of the guide; all acts where nothing is typed."""
    begun = [("Mulai", matching(text, shown_lines(acts_of_rooms())))]
    if text:
        begun += [("Halaman", matching(text, shown_lines(own_pages()))), ("Panduan", matching(text, guide_pages()))]
    return [(kind, [found for found, _ in hits][:MOST_PAGES]) for kind, hits in begun if hits]


def acts_of_rooms() -> Iterator[Nav]:
    db = context.current_db()
    for room in context.current_loket().rooms:
        for act in room.acts:
            if may(context.current_actor(), act.permission) and (act.shown is None or act.shown(db)):
                yield act


def own_pages() -> Iterable[Nav]:
    """The lines of the own rail, without those that begin something."""
    lines: RailLines = current_app.extensions["loket_rails"](context.current_db(), context.current_actor())
    begins = {act.endpoint for act in acts_of_rooms()}
    return (line for line in lines.items if line.endpoint not in begins)


def shown_lines(lines: Iterable[Nav]) -> Iterator[tuple[Found, str]]:
    """Each with the words under which it is found."""
    for line in lines:
        if line.words:
            label = line.words(context.current_db())
        else:
            label = line.label
        yield Found(label, "", page_address(line.endpoint, **line.values)), f"{label} {line.also}"


def guide_pages() -> Iterator[tuple[Found, str]]:
    for page in guide.pages_of(context.current_loket().shell.side):
        yield Found(page.title, "", url_for("guide", what=page.name)), page.title


def matching(text: str, known: Iterable[tuple[Found, str]]) -> list[tuple[Found, str]]:
    """Those that have every word of the text, each may be unfinished."""
    asked = search_words(text)
    return [(found, words) for found, words in known if begins_words(search_words(words), asked)]


def find_things(text: str, *, typing: bool = False) -> list[Group]:
    """What the rooms find, by kind, of what this person may see."""
    db = context.current_db()
    actor = context.current_actor()
    groups = []
    for finder in own_finders(typing=typing):
        found = list(finder.find(db, actor, text))[: context.MOST_OF_A_KIND]
        if found:
            groups.append((finder.kind, found))
    return groups


def own_finders(*, typing: bool) -> list[Finder]:
    wanted = [finder for room in context.current_loket().rooms for finder in room.finders]
    if typing:
        wanted = [finder for finder in wanted if finder.typing]
    else:
        wanted = [finder for finder in wanted if finder.asked]
    return [finder for finder in wanted if may(context.current_actor(), finder.permission)]


def install_palette(app: LateFlask) -> None:
    app.add_url_rule("/cari/usul", "palette", offer_places, methods=["POST"])
