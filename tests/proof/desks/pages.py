"""One page as an officer reads it: its words, what it says went wrong, and everything that it offers to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal
from urllib.parse import urljoin, urlsplit

from tests.proof.desks.markup import Node, read_tree

FilledBy = Literal["text", "choice", "radio", "tick", "file", "secret", "fixed"]
NUMBERED = re.compile(
    r"/(?=[^/]*\d)[^/]*|(?<=^/panduan)/.+|(?<=^/sarana)/[^/]+|(?<=^/standar)/[^/]+"
    r"|(?<=^/sasaran/indikator)/[^/]+/[^/]+|(?<=^/sasaran/naskah)/[^/]+(?=/butir/)|(?<=/butir)/[^/]+"
)
FILE = re.compile(r"^/(static|panduan/gambar)/|\.(pdf|csv|xlsx|json|txt|svg|png|jpg|toml|zip|loket)$")
PLAIN = re.compile(r"[A-Z]?[a-z ,#]+")
"""Words of a link that name an act and nobody."""
UNTYPED = ("submit", "button", "reset", "image")


def kind_of_address(address: str) -> str:
    """What the addresses of one kind of page have in common: numbers, dates and names left out."""
    return NUMBERED.sub("/#", urlsplit(address).path)


@dataclass
class Blank:
    """A field of a form: what it is called, what may stand in it, what stands there now."""

    name: str
    by: FilledBy
    label: str = ""
    hint: str = ""
    values: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    required: bool = False
    wrong: bool = False
    """Whether the page says that what stands there is wrong."""
    multiple: bool = False
    most: int = 0
    type: str = "text"
    keyboard: str = ""


@dataclass
class Offer:
    """A link, a button of a form, or an act that stands greyed with its reason."""

    does: Literal["follow", "send", "greyed"]
    address: str
    label: str
    method: str = "get"
    blanks: list[Blank] = field(default_factory=list)
    button: tuple[str, str] | None = None
    in_place: bool = False
    final: bool = False
    frame: bool = False
    reason: str = ""
    pressed: str = ""
    """Id of the button."""
    shows: str = ""
    """Id of the question that comes into sight after this print button was pressed."""
    apart: bool = False
    """Answered in a window of its own: the page with what was typed stays as it is."""
    hidden_in: str = ""
    """Id of the part that is not seen before such a button was pressed; `-` for one that never is."""

    @property
    def work(self) -> str:
        """What is done by it: its kind with the words on it, numbers and names left out."""
        words = re.sub(r"\S*\d\S*", "#", self.label.partition(":")[0])
        return f"{self.kind} {words}" if self.does == "send" or PLAIN.fullmatch(words) else self.kind

    @property
    def kind(self) -> str:
        """What the same act on other pages has in common."""
        pressed = ""
        if self.button and self.button[0] and not re.search(r"\d", self.button[1]):
            pressed = f" [{self.button[0]}={self.button[1]}]"
        elif self.button and self.button[0]:
            pressed = f" [{self.button[0]}]"
        return f"{self.method} {kind_of_address(self.address)}{pressed}"


@dataclass(frozen=True)
class SeenPage:
    """A page or a part of one as it came: who asked, where it stands, its status and HTML.

    `part`: it came into a page that stands; `posted`: it answers a form, so its address cannot simply be opened again.
    """

    address: str
    status: int
    html: str
    who: str = ""
    part: bool = False
    posted: bool = False

    @property
    def path(self) -> str:
        """Where it stands, without what follows the question mark."""
        return urlsplit(self.address).path

    @cached_property
    def tree(self) -> Node:
        """Its elements."""
        return read_tree(self.html)

    @cached_property
    def main(self) -> Node:
        """What stands beside masthead and rail."""
        return self.tree.by_id("main") or self.tree

    @cached_property
    def title(self) -> str:
        """What the window is called."""
        title = self.tree.first("title")
        return title.text if title else ""

    @cached_property
    def text(self) -> str:
        """All that is read on it, masthead and rail too."""
        return (self.tree.first("body") or self.tree).text

    @cached_property
    def problems(self) -> list[str]:
        """What it says went wrong."""
        wanted = ("error-summary", "error", "astray-say")
        said = [node for node in self.main.walk() if node.has_class(*wanted) or is_bad_note(node)]
        return [node.text for node in said if node.text]

    @cached_property
    def offers(self) -> list[Offer]:
        """Everything that can be done from here, in the order of the page."""
        return [*self.links(), *self.acts(), *self.greyed()]

    def links(self) -> Iterator[Offer]:
        """Links to pages and papers of this side."""
        for node in self.tree.find("a"):
            href = node.attrs.get("href", "")
            if not href or href.startswith(("#", "mailto:", "tel:", "data:")) or "://" in href:
                continue
            where = urljoin(self.address, href.partition("#")[0])
            inside = node.above("main") is not None or node.above("header", "nav") is None
            yield Offer(
                "follow",
                where,
                node.text or node.attrs.get("aria-label", ""),
                frame=not inside,
                shows=node.attrs.get("data-print", ""),
                hidden_in=hidden_part(node),
            )

    def acts(self) -> Iterator[Offer]:
        """Every button of every form that can be pressed."""
        for form in self.tree.find("form"):
            blanks = self.blanks_of(form)
            for button in self.buttons_of(form):
                yield self.act_of(form, button, blanks)

    def act_of(self, form: Node, button: Node | None, blanks: list[Blank]) -> Offer:
        """What a button of a form does; a form without one is sent by Enter."""
        held = button.attrs if button else {}
        action = held.get("formaction") or form.attrs.get("action") or self.address
        name, value = held.get("name", ""), held.get("value", "")
        label = (button.text or held.get("aria-label", "")) if button else ""
        return Offer(
            "send",
            urljoin(self.address, action),
            label,
            (held.get("formmethod") or form.attrs.get("method") or "get").lower(),
            blanks,
            (name, value) if button and name else None,
            in_place="hx-post" in form.attrs and "formaction" not in held,
            final="data-final" in held,
            pressed=held.get("id", ""),
            frame=form.above("header", "nav") is not None,
            shows=held.get("data-print", ""),
            apart=form.attrs.get("target") == "_blank",
            hidden_in=hidden_part(button or form),
        )

    def buttons_of(self, form: Node) -> list[Node | None]:
        """The buttons that send a form, also those outside it that name it."""
        own = list(form.find("button", "input"))
        if "id" in form.attrs:
            named = (node for node in self.tree.find("button", "input") if node.attrs.get("form") == form.attrs["id"])
            own += [node for node in named if node not in own]
        sending: list[Node | None] = [node for node in own if sends(node)]
        by_enter = form.attrs.get("method", "get").lower() == "get" or form.attrs.get("role") == "search"
        return sending or ([None] if by_enter else [])

    def greyed(self) -> Iterator[Offer]:
        """Acts that stand there and cannot be done, with the reason that stands beside them."""
        for node in self.main.find("button", "a", "span"):
            off = "disabled" in node.attrs and "hidden" not in node.attrs
            if off or node.attrs.get("aria-disabled") == "true":
                told = self.tree.by_id(node.attrs.get("aria-describedby", ""))
                yield Offer("greyed", self.address, node.text, reason=told.text if told else "")

    def blanks_of(self, form: Node) -> list[Blank]:
        """The fields of a form in its order; radio buttons and ticks of one name are one field."""
        found: dict[str, Blank] = {}
        controls = list(form.find("input", "select", "textarea"))
        if "id" in form.attrs:
            others = self.tree.find("input", "select", "textarea")
            controls += [
                other for other in others if other.attrs.get("form") == form.attrs["id"] and other not in controls
            ]
        for node in controls:
            name = node.attrs.get("name", "")
            if not name or "disabled" in node.attrs or node.attrs.get("type") in UNTYPED:
                continue
            blank = found.setdefault(name, Blank(name, filled_by(node)))
            self.note_control(blank, node)
        return list(found.values())

    def note_control(self, blank: Blank, node: Node) -> None:
        """Add what one element says about a field."""
        blank.required = blank.required or "required" in node.attrs
        blank.wrong = blank.wrong or node.attrs.get("aria-invalid") == "true"
        blank.most = int(node.attrs.get("maxlength") or 0)
        blank.type, blank.keyboard = node.attrs.get("type", node.tag), node.attrs.get("inputmode", "")
        label = self.label_of(node)
        if blank.by in ("radio", "tick"):
            value = node.attrs.get("value", "on")
            blank.choices.append((value, label))
            blank.values += [value] if "checked" in node.attrs else []
            around = node.above("fieldset")
            legend = around.first("legend") if around else None
            blank.label = legend.text if legend else label
        elif node.tag == "select":
            blank.label, blank.multiple = label, "multiple" in node.attrs
            options = [one for one in node.find("option") if "disabled" not in one.attrs]
            blank.choices = [(option.attrs.get("value", option.text), option.text) for option in options]
            chosen = [option.attrs.get("value", option.text) for option in options if "selected" in option.attrs]
            blank.values = chosen or [value for value, _ in blank.choices[:1] if not blank.multiple]
        else:
            blank.label = label
            blank.values = [node.typed.removeprefix("\n") if node.tag == "textarea" else node.attrs.get("value", "")]
        hint = self.tree.by_id(node.attrs.get("aria-describedby", "").split(" ")[-1])
        blank.hint = hint.text if hint else ""

    def label_of(self, node: Node) -> str:
        """What a field is called on the page."""
        own = node.attrs.get("id", "")
        label = self.labels.get(own) if own else None
        around = node.above("label")
        return node.attrs.get("aria-label") or (label or around or Node("")).text

    @cached_property
    def labels(self) -> dict[str, Node]:
        """Id of a field → its label."""
        return {node.attrs["for"]: node for node in self.tree.find("label") if "for" in node.attrs}


def hidden_part(node: Node) -> str:
    """Id of the part around an element that is not seen yet; empty where all of it is seen."""
    around: Node | None = node
    while around is not None:
        if "hidden" in around.attrs:
            return around.attrs.get("id", "-")
        around = around.parent
    return ""


def is_bad_note(node: Node) -> bool:
    """Whether it is a note that says what went wrong (`ui.note("bad", …)`)."""
    return node.has_class("note") and node.has_class("is-bad")


def sends(node: Node) -> bool:
    """Whether a button sends its form."""
    if "disabled" in node.attrs or node.attrs.get("aria-disabled") == "true":
        return False
    if node.tag == "input":
        return node.attrs.get("type") in ("submit", "image")
    return node.attrs.get("type", "submit") == "submit"


def filled_by(node: Node) -> FilledBy:
    """How a field is filled."""
    kind = node.attrs.get("type", "text")
    if node.tag == "select":
        return "choice"
    if kind == "checkbox":
        return "tick"
    if kind == "hidden" or "readonly" in node.attrs:
        return "fixed"
    known: dict[str, FilledBy] = {"radio": "radio", "file": "file", "password": "secret"}
    return known.get(kind, "text")
