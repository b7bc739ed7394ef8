"""Targets of a year: what the file proposes, what is in force, what the chief sets for a coming year."""

from collections.abc import Mapping

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import Problem
from app.indicators import queries, service, wording
from app.indicators.views.forms import PinForm, typed_targets
from app.people.queries import person_names
from app.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.web.forms import redirect_to, run_command, show_page
from app.web.guard import needs_permission

pages = Blueprint("targets", __name__, url_prefix="/sasaran/target")


@pages.get("/<int:year>")
@needs_permission("indicator.view")
def show_targets(year: int) -> ResponseReturnValue:
    return draw_targets(year)


def draw_targets(
    year: int, status: int = 200, form: PinForm | None = None, wrong: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    if not 2000 <= year <= 2199:
        raise Problem.of("not_found", what="Tahun itu")
    db, profile = current_db(), current_actor().profile
    known, before = queries.load_targets(db, year), queries.load_targets(db, year - 1)
    units = {role: profile.label(role) for role in profile.side_roles("office")}
    units |= {code: section.name for code, section in profile.sections.items()}
    return show_page(
        "indicators/targets.html",
        status=status,
        year=year,
        indicators=queries.indicators_of(db),
        known=known,
        before=before,
        coming=year > current_date().year,
        proposed=sum(not one.in_force for one in known.values()),
        units=units,
        form=form or PinForm(formdata=None),
        wrong=wrong or {},
        typed=request.form,
        names=person_names(db),
        amount_words=wording.amount_words,
        plain_words=wording.plain_words,
        directions=wording.DIRECTIONS,
        unit_words=lambda unit: wording.unit_words(profile, unit),
    )


@pages.post("/<int:year>")
@needs_permission("indicator.target")
def set_targets(year: int) -> ResponseReturnValue:
    form, changes = PinForm(), typed_targets(request.form)
    return run_command(
        lambda: service.set_targets(current_journal(), current_actor(), year=year, changes=changes, now=current_time()),
        lambda problem: draw_targets(year, problem.status, form, problem.fields),
        lambda count: redirect_to(url_for("targets.show_targets", year=year), f"{count} target {year} ditetapkan."),
        form=form,
        pin=True,
    )
