"""One indicator: its figures over time, the cases behind a computed one, typing, evidence and check of a typed one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import SelectField, TextAreaField

from app.casework.members.uploads import MAX_BYTES, ReadList, ReadLists
from app.core.periods import MOST_ACTIVITIES, Period, periods_of_year
from app.core.problems import SENTENCES, Problem
from app.platform.office.moves import possible_moves
from app.platform.people.queries import person_names
from app.platform.web.commands import NOT_REFUSED, Refused, form_of
from app.platform.web.context import (
    FileOwner,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    links_of,
)
from app.platform.web.forms import (
    AtMost,
    Form,
    TextLine,
    read_slice,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import needs_permission
from app.quality.indicators import outlook, queries, service, uploads, wording
from app.quality.indicators.charts import trend_chart
from app.quality.indicators.service import Typed
from app.quality.indicators.views.dashboard import asked_period, figure_words, period_choices, read_period
from schema.body_limits import SMALL, takes_body
from schema.database import Database


class FigureForm(Form):
    """One figure. Which of its fields are asked is a matter of the indicator's formula."""

    period = SelectField("Periode", choices=[], validate_choice=False)
    numerator = TextLine("Pembilang", [AtMost(40)])
    denominator = TextLine("Penyebut", [AtMost(40)])
    value = TextLine("Angka", [AtMost(40)])
    note = TextAreaField("Keterangan", [AtMost(500)])
    reason = TextLine("Alasan perubahan", [AtMost(300)])

    @property
    def typed(self) -> Typed:
        texts = []
        for name in ("numerator", "denominator", "value", "note", "reason"):
            field = self.find_field(name)
            text = ""
            if field:
                text = str(field.data or "")
            texts.append(text)
        return Typed(*texts)


pages = Blueprint("figures", __name__, url_prefix="/sasaran/indikator")
EVIDENCE_LIMIT = 5_000_000


@pages.get("/<file>/<name>")
@needs_permission("indicator.view")
def show_indicator(file: str, name: str) -> ResponseReturnValue:
    return draw_indicator(f"{file}/{name}", asked_period())


def draw_indicator(
    key: str, period: Period, status: int = 200, refused: Refused = NOT_REFUSED, **forms: Any
) -> ResponseReturnValue:
    from schema.indicators import DIRECTION_WORDS, MEASURED_WORDS

    db = current_db()
    today = current_date()
    figure = queries.achievement(db, key, period, today)
    course = outlook.year_outlook(db, key, period.year, today)
    return show_page(
        "quality/indicators/figure.html",
        status=status,
        key=key,
        one=figure,
        period=period,
        course=course,
        chart=Markup(trend_chart(figure.indicator.name, course)),
        years=outlook.years_compared(db, key, today),
        targets=queries.target_history(db, key),
        rows=figure_rows(db, key, period.year),
        unit=wording.unit_words(current_actor().profile, wording.responsible_unit(figure)),
        measured=MEASURED_WORDS[figure.indicator.measured],
        better=DIRECTION_WORDS[figure.indicator.direction],
        amount_words=wording.amount_words,
        stored_words=wording.stored_words,
        stored_parts=wording.stored_parts,
        figures=queries.FIGURES,
        names=person_names(db),
        links=indicator_links(key, period),
        form=forms.get("form") or new_figure_form(figure, period),
        judge_form=refused.form_for(service.judge_figure),
        judged=refused.place.get("figure_id"),
        file_problem=forms.get("file_problem", ""),
        can_type=queries.can_type(current_actor(), figure.indicator, figure.target),
        **figure_words(),
        **period_choices(period),
    )


def figure_rows(db: Database, key: str, year: int) -> list[dict[str, Any]]:
    """The figures of a year that were typed, each with the older ones of its period, its evidence, and what this
    person may do with it."""
    rows = []
    for row in queries.figures_of_year(db, year).get(key, []):
        period = Period.parse(row.period)
        history = queries.figure_history(db, key, period)
        facts = service.figure_facts(db, row, current_actor())
        rows.append(
            {
                "row": row,
                "period": period,
                "older": history[1:],
                "evidence": service.evidence_of(db, history),
                "can": possible_moves(service.FIGURE_MOVES, current_actor(), row.state, facts),
                "another": "another" in facts,
            }
        )
    return rows


def indicator_links(key: str, period: Period) -> list[tuple[str, str]]:
    """Label and address of what the rooms above know of an indicator in a period."""
    return links_of("indicator", current_db(), current_actor(), key, period)


def new_figure_form(achievement: queries.Achievement, period: Period, *, posted: bool = False) -> FigureForm:
    if posted:
        form = FigureForm()
    else:
        form = FigureForm(formdata=None)
    formula = achievement.indicator.formula
    if formula is None:
        del form.numerator, form.denominator
    else:
        del form.value
        form.numerator.label.text = formula.numerator
        form.denominator.label.text = formula.denominator
        if not formula.denominator:
            del form.denominator
    known = typing_periods(current_db(), achievement, period.year)
    form.period.choices = to_choices((item.code, item.label) for item in known)
    if posted:
        return form
    if period in known:
        form.period.data = period.code
    else:
        if known:
            form.period.data = known[-1].code
        else:
            form.period.data = ""
    return form


def typing_periods(db: Database, achievement: queries.Achievement, year: int) -> list[Period]:
    """The periods of a year for which a figure may be typed by now; of activities the written ones and the next."""
    kind = queries.typing_kind(achievement.indicator)
    today = current_date()
    known = [item for item in periods_of_year(kind, year) if item.start <= today]
    if kind != "activity":
        return known
    written = {row.period for row in queries.figures_of_year(db, year).get(achievement.key, [])}
    activities = []
    for month in known:
        before_written = True
        for nth in range(1, MOST_ACTIVITIES + 1):
            activity = Period(kind, year, month.n, nth)
            is_written = activity.code in written
            if is_written or before_written:
                activities.append(activity)
            before_written = is_written
    return activities


@pages.post("/<file>/<name>/isi")
@needs_permission("indicator.type")
@takes_body(EVIDENCE_LIMIT)
def type_figure(file: str, name: str) -> ResponseReturnValue:
    key = f"{file}/{name}"
    period = read_period(request.form.get("period", ""))
    figure = queries.achievement(current_db(), key, period, current_date())
    form = new_figure_form(figure, period, posted=True)
    return run_command(
        lambda: service.type_figure(
            current_journal(), current_actor(), key=key, period=period, typed=form.typed, now=current_time()
        ),
        lambda problem: draw_indicator(key, period, problem.status, form=form),
        lambda figure_id: take_evidence(figure_id, key, period),
        form=form,
    )


@pages.post("/angka/<int:figure_id>/bukti")
@needs_permission("indicator.type")
@takes_body(EVIDENCE_LIMIT)
def add_evidence(figure_id: int) -> ResponseReturnValue:
    row = queries.load_figure(current_db(), figure_id)
    return take_evidence(figure_id, row.indicator, Period.parse(row.period), needed=True)


def take_evidence(figure_id: int, key: str, period: Period, *, needed: bool = False) -> ResponseReturnValue:
    """Keep the file that came along with a figure. Where it is refused, the figure stays and the page says why."""
    upload = request.files.get("evidence")
    if not needed and (upload is None or not upload.filename):
        return redirect_to(
            figure_address(key, period), "Angka tersimpan. Unggah buktinya, lalu orang lain memeriksanya."
        )
    if upload:
        data = upload.read()
        name = upload.filename or ""
    else:
        data = b""
        name = ""
    form = Form()
    return run_command(
        lambda: service.attach_evidence(
            current_journal(), current_actor(), figure_id=figure_id, data=data, name=name, now=current_time()
        ),
        lambda problem: draw_indicator(
            key, period, 422, file_problem=" ".join(problem.fields.values()) or problem.sentence
        ),
        figure_address(key, period),
        "Bukti tersimpan. Orang lain memeriksanya.",
        form=form,
    )


def figure_page(db: Database, figure_id: int) -> tuple[str, str]:
    """What a figure is called and where its page is, for the list of files."""
    row = queries.load_figure(db, figure_id)
    period = Period.parse(row.period)
    return f"Capaian {period.label}", figure_address(row.indicator, period)


FILES = FileOwner(can_see=queries.may_see_evidence, page=figure_page, rights=("indicator.view", ""))
"""What pages of files know of the evidence of a figure."""


def figure_address(key: str, period: Period) -> str:
    file, _, name = key.partition("/")
    return url_for("figures.show_indicator", file=file, name=name, periode=period.code)


@pages.post("/angka/<int:figure_id>/periksa")
@needs_permission("indicator.check")
def judge_figure(figure_id: int) -> ResponseReturnValue:
    row = queries.load_figure(current_db(), figure_id)
    form = form_of(service.judge_figure)()
    period = Period.parse(row.period)

    if form.values["agreed"]:
        toast = "Angka diperiksa."
    else:
        toast = "Angka dikembalikan dengan catatan."

    def redraw(problem: Problem) -> ResponseReturnValue:
        refused = Refused(service.judge_figure, form, problem, {"figure_id": figure_id})
        return draw_indicator(row.indicator, period, problem.status, refused)

    return run_command(
        lambda: service.judge_figure(
            current_journal(), current_actor(), figure_id=figure_id, now=current_time(), **form.values
        ),
        redraw,
        figure_address(row.indicator, period),
        toast,
        form=form,
    )


@pages.get("/<file>/<name>/rincian")
@needs_permission("indicator.view")
def list_facts(file: str, name: str) -> ResponseReturnValue:
    """What is behind a computed figure, each with the page on which it stands, as far as one may open that."""
    from app.quality.indicators import computing

    key, period, db = f"{file}/{name}", asked_period(), current_db()
    figure = queries.achievement(db, key, period, current_date())
    if not figure.computed:
        raise Problem.of("not_found", what="Rincian itu")
    chosen = {"ya": True, "tidak": False}.get(request.args.get("masuk", ""))
    indicator = figure.indicator
    asked = db, indicator.query, indicator.arguments, period, current_date()
    query = computing.QUERIES.get(indicator.query)
    if query:
        days = query.days
        share = query.reckoning == "share"
    else:
        days, share = (("", ""), True)
    return show_page(
        "quality/indicators/facts.html",
        key=key,
        one=figure,
        period=period,
        slice=read_slice(partial(computing.list_facts, *asked, chosen)),
        days=days,
        share=share,
        chosen=request.args.get("masuk", ""),
        parts=parts_of_figure(figure, computing.count_by),
        amount_words=wording.amount_words,
        **figure_words(),
        **period_choices(period),
    )


def parts_of_figure(achievement: queries.Achievement, count_by: Callable[..., Any]) -> dict[str, Any]:
    """Heading → the figure told apart."""
    indicator = achievement.indicator
    if indicator.query not in ("promise", "outcome_share"):
        return {}
    asked = current_db(), indicator.query, indicator.arguments, achievement.period, current_date()
    known = {"Menurut desa": count_by(*asked, "village")}
    if indicator.query == "outcome_share":
        known["Menurut alasan"] = count_by(*asked, "reason")
    return {heading: parts for heading, parts in known.items() if parts}


# -- figures as a file -----------------------------------------------------------------------------------------------

upload_pages = Blueprint("figure_uploads", __name__, url_prefix="/sasaran/unggah")
READ = ReadLists()
"""Figures that were read and wait for the decision of whoever uploaded them."""


@upload_pages.get("")
@needs_permission("indicator.type")
def show_upload(problem: Problem | None = None) -> ResponseReturnValue:
    if problem:
        status = 422
        sentence = problem.sentence
    else:
        status = 200
        sentence = ""
    return show_page(
        "quality/indicators/upload.html",
        status=status,
        problem=sentence,
        heads=uploads.HEADS,
        limit=MAX_BYTES // 1024 // 1024,
        year=current_date().year,
    )


@upload_pages.post("")
@needs_permission("indicator.type")
@takes_body(MAX_BYTES + SMALL)
def take_upload() -> ResponseReturnValue:
    file = request.files.get("file")

    def read() -> ReadList:
        from app.casework.importing.isolated_reading import read_limited

        if file is None or not file.filename:
            raise Problem.of("bad_file", why=SENTENCES["file_first"])
        content = file.stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise Problem.of("bad_file", why=f"Dokumen lebih dari {MAX_BYTES // 1024 // 1024} MB.")
        rows = uploads.read_rows(read_limited(content))
        return READ.keep_list(current_actor(), 0, content, rows, current_time())

    return run_command(
        read, show_upload, lambda made: redirect_to(url_for("figure_uploads.show_rows", token=made.token))
    )


@upload_pages.get("/<token>")
@needs_permission("indicator.type")
def show_rows(token: str, problem: Problem | None = None) -> ResponseReturnValue:
    read = READ.find_list(current_actor(), 0, token)
    judged = uploads.judge_rows(current_db(), current_actor(), read.rows, current_date())
    sound = sum(row.sound for row in judged)
    known = sum(row.known for row in judged)
    status = problem.status if problem else 200
    return show_page(
        "quality/indicators/upload_rows.html",
        status=status,
        token=token,
        problem=problem,
        judged=judged,
        sound=sound,
        known=known,
        known_words=uploads.KNOWN,
    )


@upload_pages.post("/<token>")
@needs_permission("indicator.type")
def take_rows(token: str) -> ResponseReturnValue:
    """Type the sound rows; a second press finds them typed and types nothing twice."""
    read = READ.find_list(current_actor(), 0, token)
    return run_command(
        lambda: uploads.take_rows(current_journal(), current_actor(), read.rows, current_time()),
        lambda problem: show_rows(token, problem),
        lambda count: redirect_to(
            url_for("indicators.show_dashboard"), f"{count} angka tersimpan. Unggah bukti setiap angka."
        ),
    )
