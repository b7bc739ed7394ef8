"""A browser without a window for the walk: pages, their forms with hidden fields and CSRF token, cookies, PDFs."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

from sync.http_client import plain_session

Values = Mapping[str, str | Sequence[str] | None]
SECONDS = 60


class Astray(Exception):
    """The walk met a page that it did not expect; the sentence says where."""


@dataclass
class Form:
    """A form of a page: where it goes, what it would send as it stands, the boxes that can be ticked in it, its buttons
    (all as name, value), and where those of them lead that lead elsewhere."""

    action: str
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def filled(self, values: Values, button: tuple[str, str] | None) -> list[tuple[str, str]]:
        """What is sent: own fields, replaced by `values` (None leaves a field out), and the button pressed."""
        sent = [pair for pair in self.fields if pair[0] not in values]
        for name, value in values.items():
            if value is not None:
                sent += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return [*sent, button] if button else sent


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.answers: list[list[str]] = []
        self.errors: list[str] = []
        self.alarms: list[str] = []
        self.selected = ("", False)
        self.collecting: list[str] | None = None
        self.inside = self.what = ""
        self.muted = self.alarmed = False
        self.form: Form | None = None
        self.typed: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        classes = set(held.get("class", "").split())
        if tag == "form":
            self.form = Form(held.get("action", ""), held.get("method", "get").lower())
            self.forms.append(self.form)
        elif tag in ("input", "button", "select", "option", "textarea"):
            self.control(tag, held)
        elif tag == "a" and "href" in held:
            self.links.append((held["href"], ""))
            self.muted = self.collecting is not None
            if not self.muted:
                self.begin("a")
        elif tag == "section":
            self.inside = held.get("class", "")
        elif tag in ("h2", "strong", "p") and self.inside == "answer":
            if tag == "h2":
                self.answers.append([])
            self.begin("answer")
        elif self.collecting is None:
            self.begin_problem(tag, classes)
        if tag == "div":
            self.alarmed = {"note", "is-bad"} <= classes

    def begin_problem(self, tag: str, classes: set[str]) -> None:
        if "error" in classes:
            self.begin("error")
        elif self.alarmed and tag == "p":
            self.begin("alarm")

    def begin(self, what: str) -> None:
        self.collecting, self.what = [], what

    def control(self, tag: str, held: dict[str, str]) -> None:
        if self.form is None:
            return
        kind, name, value = held.get("type", "text"), held.get("name", ""), held.get("value", "")
        if kind == "checkbox":
            self.form.boxes.append((name, value))
        if tag == "select":
            self.selected = (name, False)
        elif tag == "option":
            self.option(value, "selected" in held)
        elif tag == "button":
            self.form.buttons.append((name, value))
            self.form.elsewhere += [held["formaction"]] if "formaction" in held else []
        elif tag == "textarea":
            self.form.fields.append((name, ""))
            self.typed = []
        elif (
            name
            and kind not in ("submit", "file", "reset")
            and (kind not in ("radio", "checkbox") or "checked" in held)
        ):
            self.form.fields.append((name, value or ("on" if kind == "checkbox" else "")))

    def option(self, value: str, chosen: bool) -> None:
        name, known = self.selected
        if self.form is None or not name or (known and not chosen):
            return
        if known:
            self.form.fields = [pair for pair in self.form.fields if pair[0] != name]
        self.form.fields.append((name, value))
        self.selected = (name, True)

    def handle_data(self, data: str) -> None:
        if self.typed is not None:
            self.typed.append(data)
        if self.collecting is not None and not self.muted:
            self.collecting.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.form is not None and self.typed is not None:
            self.form.fields[-1] = (self.form.fields[-1][0], "".join(self.typed).removeprefix("\n"))
            self.typed = None
        self.leave(tag)
        if tag == "a" and self.muted:
            self.muted = False
            return
        if self.collecting is None or tag not in ("a", "h2", "strong", "p", "div", "span"):
            return
        if tag == "span" and self.what == "answer":
            return
        text = " ".join("".join(self.collecting).split())
        if self.what == "a":
            self.links[-1] = (self.links[-1][0], text)
        elif self.what == "answer":
            self.answers[-1].append(text)
        elif text:
            (self.alarms if self.what == "alarm" else self.errors).append(text)
        self.collecting = None

    def leave(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "section":
            self.inside = ""
        elif tag == "div":
            self.alarmed = False


@dataclass
class Page:
    address: str
    status: int
    text: str
    forms: list[Form]
    links: list[tuple[str, str]]
    answers: list[list[str]]
    errors: list[str]
    alarms: list[str] = field(default_factory=list)

    @property
    def problems(self) -> str:
        """What stands at its fields as wrong, then what its red notes say, which need not be about what was sent."""
        return " ".join(dict.fromkeys([*self.errors, *self.alarms]))[:300]

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    def offered(self, name: str) -> list[str]:
        """The values of all boxes that can be ticked under this name."""
        return [value for form in self.forms for box, value in form.boxes if box == name]

    def form(self, action: str) -> Form:
        """The form whose address ends with (or holds) `action`. Raises Astray."""
        led = [
            replace(sent_form, action=where)
            for sent_form in self.forms
            for where in sent_form.elsewhere
            if where.endswith(action)
        ]
        found = led[:1] or [one for one in self.forms if urlsplit(one.action).path.endswith(action)]
        found = found or [one for one in self.forms if action in one.action]
        if not found:
            known = ", ".join(one.action for one in self.forms)
            raise Astray(f"{self.path} tidak memuat formulir {action} (ada: {known})")
        return found[0]

    def number_in_path(self) -> int:
        found = re.findall(r"/(\d+)(?=/|$)", self.path)
        if not found:
            raise Astray(f"Tidak ada nomor di alamat {self.path}")
        return int(found[-1])


def read_page(answer: requests.Response) -> Page:
    reader = Reader()
    reader.feed(answer.text)
    read = (reader.forms, reader.links, reader.answers, reader.errors, reader.alarms)
    return Page(answer.url, answer.status_code, answer.text, *read)


class Browser:
    def __init__(self, base: str, username: str, password: str) -> None:
        self.base, self.username, self.password = base, username, password
        self.session = plain_session()

    def sign_in(self) -> None:
        self.session.close()
        self.session = plain_session()
        sent = self.send(self.get("/masuk"), "/masuk", {"username": self.username, "password": self.password})
        if sent.path.startswith("/masuk"):
            raise Astray(f"{self.username} tidak dapat masuk: {' '.join(sent.errors)}")

    def get(self, path: str) -> Page:
        return read_page(self.checked(self.session.get(urljoin(self.base, path), timeout=SECONDS)))

    def send(
        self, page: Page, action: str, values: Values | None = None, button: tuple[str, str] | None = None
    ) -> Page:
        return read_page(self.submit(page, action, values, button))

    def upload(self, page: Page, action: str, file: tuple[str, str, bytes], values: Values | None = None) -> Page:
        """Send a form with one file in it: its field, its name, what it holds."""
        form, (field, name, content) = page.form(action), file
        data, files = form.filled(values or {}, None), {field: (name, content)}
        answer = self.session.post(urljoin(page.address, form.action), data=data, files=files, timeout=SECONDS)
        return read_page(self.checked(answer))

    def wait_while_running(self, path: str) -> Page:
        """A page once what runs beside it is done: while it runs the page shows how far it is. Raises Astray."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            page = self.get(path)
            if 'id="progress"' not in page.text:
                return page
        raise Astray(f"{path} belum selesai dalam {SECONDS} detik")

    def pdf(self, page: Page, action: str, values: Values | None = None) -> bytes:
        """Send a form whose answer is a paper. Raises Astray when it is none."""
        return self.paper(self.submit(page, action, values, None))

    def download(self, page: Page, action: str, values: Values | None = None) -> bytes:
        """Send a form whose answer is a file. Raises Astray for a page."""
        answer = self.submit(page, action, values, None)
        if answer.headers["Content-Type"].startswith("text/html"):
            raise Astray(f"{urlsplit(answer.url).path} bukan dokumen")
        return answer.content

    def get_pdf(self, path: str) -> bytes:
        return self.paper(self.checked(self.session.get(urljoin(self.base, path), timeout=SECONDS)))

    def submit(
        self, page: Page, action: str, values: Values | None, button: tuple[str, str] | None
    ) -> requests.Response:
        form = page.form(action)
        if form.method != "post":
            raise Astray(f"Formulir {action} di {page.path} tidak mengirim")
        data = form.filled(values or {}, button)
        return self.checked(self.session.post(urljoin(page.address, form.action), data=data, timeout=SECONDS))

    def checked(self, answer: requests.Response) -> requests.Response:
        """The answer itself. Raises Astray for a refusal, with what the page says."""
        if answer.status_code >= 400:
            said = read_page(answer).problems
            method = answer.request.method if answer.request else ""
            raise Astray(f"{self.username}: {method} {urlsplit(answer.url).path} dijawab {answer.status_code}. {said}")
        return answer

    def paper(self, answer: requests.Response) -> bytes:
        if not answer.content.startswith(b"%PDF"):
            raise Astray(f"{urlsplit(answer.url).path} bukan PDF")
        return answer.content
