"""The forms of a page as a browser reads them: which button Enter presses, and which deeds ask before they are done."""

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
    return found + ["asks nothing" for one in form.buttons if one.final and len(one.asks) < 30]
