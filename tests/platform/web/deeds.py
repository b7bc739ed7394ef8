"""The forms of a page as a browser reads them: which button Enter presses, and which deeds ask before they are done."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Button:
    """A button that submits; `asks` is what its fold says will happen."""

    attrs: dict[str, str | None]
    asks: str = ""

    @property
    def final(self) -> bool:
        """Whether it is marked as a deed that returns, refuses, closes, bars or destroys."""
        return "data-final" in self.attrs


@dataclass
class PageForm:
    """A form with its buttons in the order of the page: Enter presses the first, and nothing when it is disabled."""

    action: str
    buttons: list[Button] = field(default_factory=list)


class Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.inside = False
        self.folds: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = True
            self.forms.append(PageForm(given.get("action") or ""))
        elif tag == "details":
            self.folds.append([] if given.get("class") != "asks" else [""])
        elif self.inside and self.submits(tag, given):
            told = next((fold[0] for fold in reversed(self.folds) if fold), "")
            self.forms[-1].buttons.append(Button(given, told))

    def submits(self, tag: str, given: dict[str, str | None]) -> bool:
        kind = given.get("type") or "submit"
        return (tag == "button" and kind == "submit") or (tag == "input" and kind in ("submit", "image"))

    def handle_data(self, data: str) -> None:
        for fold in self.folds:
            if fold:
                fold[0] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "details" and self.folds:
            self.folds.pop()


def forms_of(page: str) -> list[PageForm]:
    """All forms of a page."""
    read = Forms()
    read.feed(page)
    return read.forms


def faults_of(form: PageForm) -> list[str]:
    """What is wrong with the deeds of a form: Enter does one, or one does not ask."""
    first = form.buttons[0] if form.buttons else None
    found = ["Enter"] if first and first.final and "disabled" not in first.attrs else []
    return found + ["asks nothing" for button in form.buttons if button.final and len(button.asks) < 30]


class Rows(HTMLParser):
    """Collects the links of every row of a table or list: pairs of address and words, of the innermost row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[list[str]]] = []
        self.open: list[list[list[str]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("tr", "li"):
            self.open.append([])
        elif tag == "a" and self.open:
            self.inside = True
            self.open[-1].append([dict(attrs).get("href") or "", ""])

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.open[-1][-1][1] += " ".join(data.split())

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.inside = False
        elif tag in ("tr", "li") and self.open:
            self.rows.append(self.open.pop())


EMPTY_VERBS = ("Buka", "Lihat", "Lihat semua")
"""Words of a button that say no act; `Panggil` or `Catat` do."""


def repeating_rows(page: str) -> list[str]:
    """Rows that name one address twice, or that have a button beside a name which says no act."""
    read = Rows()
    read.feed(page)
    found = []
    for links in read.rows:
        addresses = [href for href, _ in links]
        empty = len(links) > 1 and any(words in EMPTY_VERBS for _, words in links)
        if empty or len(set(addresses)) < len(addresses):
            found.append(" | ".join(f"{words} {href}" for href, words in links))
    return found


def rows_with_links(page: str) -> int:
    read = Rows()
    read.feed(page)
    return sum(bool(links) for links in read.rows)


def ticked_names(page: str) -> set[str]:
    """The names of the boxes and choices that arrive ticked."""
    boxes = [
        tag
        for tag in re.findall(r"<input[^>]*>", page)
        if re.search(r'type="(checkbox|radio)"', tag) and re.search(r"\bchecked\b", tag)
    ]
    return {name for tag in boxes for name in re.findall(r'name="([^"]*)"', tag)}
