"""What the pages may ask of the road. The composition root implements it, so that no page knows the road's inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

import msgspec
from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import Actor
from app.office.views.forms import CodeForm, NoteForm, StickForm
from app.web.context import current_actor, current_time, surroundings
from app.web.forms import run_command, to_choices
from app.web.guard import needs_permission
from app.web.pages import redirect_to, show_page
from schema.database import Database


class ExchangeState(msgspec.Struct, frozen=True):
    """How the road to the centre stands, in numbers and moments (aware UTC); `waiting`: entries of a newer program."""

    enrolled: bool
    label: str = ""
    unsent: int = 0
    oldest_at: datetime | None = None
    last_contact_at: datetime | None = None
    offline_since: datetime | None = None
    set_aside: int = 0
    stopped: int = 0
    kept: int = 0
    sentence: str = ""
    waiting: int = 0
    waiting_since: datetime | None = None


class ExchangeResult(msgspec.Struct, frozen=True):
    """What an exchange came to: sentences for the officer, names of files, and whether nothing is left undone."""

    ok: bool
    sentences: Sequence[str]
    names: Sequence[str] = ()


class LineSetAside(msgspec.Struct, frozen=True):
    """A line of ours that the other side stored but could not use; `place` is epoch/stream/n."""

    place: str
    kind: str
    subject: str
    reason: str
    told_by: str
    told_at: datetime


class ForkLine(msgspec.Struct, frozen=True):
    """One line of a version: its kind, and number and name of the case where it is one."""

    n: int
    kind: str
    number: str = ""
    name: str = ""


class Fork(msgspec.Struct, frozen=True):
    """Two versions of a stream: `shared` lines alike, then what stands here and what the other side showed."""

    place: str
    source: str
    ours: bool
    found_at: datetime
    shared: int
    held: list[ForkLine]
    other: list[ForkLine]


class KeptFile(msgspec.Struct, frozen=True):
    """A file kept aside because it could not be used yet; `early` waits for a file before it, by itself."""

    name: str
    sender: str
    first: int
    last: int
    early: bool
    sentence: str
    kept_at: datetime


class NotTaken(msgspec.Struct, frozen=True):
    """How often something of the centre was not taken here, for one reason; `last_at` is UTC text."""

    what: str
    count: int
    sentence: str
    last_at: str


class CentreKey(msgspec.Struct, frozen=True):
    """Fingerprint of the centre's signing key, since when it is known here, how many went before it by announcement."""

    signer: str
    since: datetime
    followed: int


class ExchangeDesk(Protocol):
    def state(self) -> ExchangeState:
        """How the road stands now."""

    def centre_key(self) -> CentreKey | None:
        """The key of the centre that this office goes by; None before it is enrolled."""

    def keys_problem(self) -> str:
        """What is wrong with this PC's key files and how to go on; an empty text when nothing is."""

    def sync(self, now: datetime) -> ExchangeResult:
        """One exchange over the network."""

    def write_stick(self, folder: Path, now: datetime) -> ExchangeResult:
        """Write what the centre lacks into a folder."""

    def read_stick(self, folder: Path, now: datetime) -> ExchangeResult:
        """Read what lies in a folder."""

    def enrol(self, code: str, now: datetime) -> ExchangeResult:
        """Enrol with the centre's printed code, over the network."""

    def request_enrolment(self, code: str, folder: Path, now: datetime) -> ExchangeResult:
        """Write the enrolment request to a folder, for an office without network."""

    def lines_aside(self) -> list[LineSetAside]:
        """Lines of ours that wait for a person, the oldest first."""

    def forks(self) -> list[Fork]:
        """Stopped streams."""

    def kept_files(self) -> list[KeptFile]:
        """Files kept aside."""

    def not_taken(self) -> list[NotTaken]:
        """What of the centre was refused, kept, set aside or waits here, added up by reason."""

    def settle_line(self, actor: Actor, place: str, note: str, now: datetime) -> None:
        """Somebody has dealt with a line. Raises Problem for one that is not on the list, or without a note."""

    def rewritten(self) -> list[str]:
        """What no longer agrees with what was acknowledged or anchored, as sentences."""

    def twins(self) -> int:
        """How many lines of another PC of this office wait for a decision."""

    def sticks(self) -> list[tuple[str, str]]:
        """(path, label) of the removable drives that are plugged in."""


pages = Blueprint("road_page", __name__, url_prefix="/jalan")

CASE_PAGE = "cases.show_case"
TWINS_PAGE = "twins.page"
KIND_WORDS = {
    "dispatch.line": "Baris pengiriman",
    "dispatch.sent": "Penutup pengiriman",
    "epoch.opened": "Pembukaan masa",
    "line.recall_asked": "Permintaan menarik baris",
    "heads.anchored": "Sidik harian",
    "line.paper_answered": "Jawaban di atas kertas",
    "recap.published": "Rekap diumumkan",
    "twin.taken_over": "Pengambilalihan",
    "twin.set_aside": "Penyisihan",
    "twin.sent_again": "Pengiriman ulang",
    "line.accepted": "Baris diterima",
    "line.refused": "Baris ditolak",
    "line.printed": "Kartu dicetak",
    "line.spoiled": "Blangko rusak",
    "shipment.sent": "Kartu dikirim",
    "centre.state": "Kabar persediaan",
    "?": "Catatan tidak terbaca",
}
"""What travels between the office and the centre, in words."""


def exchange_desk() -> ExchangeDesk:
    return cast(ExchangeDesk, surroundings().sync)


def unsent_count(_db: Database, _actor: Actor, _now: datetime) -> int | None:
    return exchange_desk().state().unsent or None


def draw_exchange(
    told: ExchangeResult | None = None,
    status: int = 200,
    code: CodeForm | None = None,
    note: NoteForm | None = None,
    wrong: str = "",
) -> ResponseReturnValue:
    """Draw the page, with what an exchange came to; `wrong` is the place whose note was refused."""
    stick, code = StickForm(formdata=None), code or CodeForm(formdata=None)
    stick.folder.choices = code.folder.choices = to_choices(exchange_desk().sticks())
    state, trouble = exchange_desk().state(), {}
    if state.enrolled:
        trouble = {
            "aside": exchange_desk().lines_aside(),
            "forks": exchange_desk().forks(),
            "kept": exchange_desk().kept_files(),
            "key": exchange_desk().centre_key(),
            "not_taken": exchange_desk().not_taken(),
            "rewritten": exchange_desk().rewritten(),
            "twins": exchange_desk().twins(),
            "twins_page": TWINS_PAGE if TWINS_PAGE in current_app.view_functions else "",
        }
    linked = CASE_PAGE if CASE_PAGE in current_app.view_functions else ""
    return show_page(
        "office/road.html",
        status=status,
        state=state,
        told=told,
        lost=exchange_desk().keys_problem(),
        stick=stick,
        code=code,
        words=KIND_WORDS,
        note=note or NoteForm(formdata=None),
        wrong=wrong,
        case_page=linked,
        **trouble,
    )


@pages.get("/", endpoint="page")
@needs_permission("sync.view")
def exchange_overview() -> ResponseReturnValue:
    return draw_exchange()


@pages.post("/kirim")
@needs_permission("sync.run")
def send_now() -> ResponseReturnValue:
    return draw_exchange(exchange_desk().sync(current_time()))


def chosen_folder() -> Path | None:
    form = StickForm()
    form.folder.choices = to_choices(exchange_desk().sticks())
    return Path(form.folder.data) if form.validate() else None


NO_STICK = ExchangeResult(False, ["Stik itu tidak ditemukan lagi. Colok stiknya, muat ulang halaman, lalu pilih lagi."])


@pages.post("/stik/tulis")
@needs_permission("sync.run")
def write_stick() -> ResponseReturnValue:
    folder = chosen_folder()
    return draw_exchange(exchange_desk().write_stick(folder, current_time()) if folder else NO_STICK)


@pages.post("/stik/baca")
@needs_permission("sync.run")
def read_stick() -> ResponseReturnValue:
    folder = chosen_folder()
    return draw_exchange(exchange_desk().read_stick(folder, current_time()) if folder else NO_STICK)


@pages.post("/daftar")
@needs_permission("office.settings")
def enrol_office() -> ResponseReturnValue:
    form = CodeForm()
    form.folder.choices = to_choices(exchange_desk().sticks())
    if not form.validate():
        return draw_exchange(status=422, code=form)
    code, folder = form.code.data or "", form.folder.data or ""
    by_stick = folder in {path for path, _ in exchange_desk().sticks()}
    told = (
        exchange_desk().request_enrolment(code, Path(folder), current_time())
        if by_stick
        else exchange_desk().enrol(code, current_time())
    )
    if not told.ok:
        form.code.errors = [*form.code.errors, " ".join(told.sentences)]
        return draw_exchange(status=422, code=form)
    return draw_exchange(told) if by_stick else redirect_to(url_for("road_page.page"), " ".join(told.sentences))


@pages.post("/periksa/baris")
@needs_permission("sync.run")
def settle_line() -> ResponseReturnValue:
    place, form = request.form.get("place", ""), NoteForm()
    return run_command(
        lambda: exchange_desk().settle_line(current_actor(), place, form.note.data, current_time()),
        lambda _: draw_exchange(status=422, note=form, wrong=place),
        url_for("road_page.page"),
        "Catatan itu selesai dan tidak lagi di daftar.",
        form=form,
    )
