"""Clause 9 as a working page: the posts with who holds them and fits, one person's education, trainings and skills."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput

from app.casework.desk.views.papers import printed_answer
from app.casework.resources import papers, posts, service
from app.casework.resources.service import MOST_TRAININGS
from app.core.permissions import may, require
from app.core.problems import check_found
from app.platform.people.queries import Person, find_person
from app.platform.web.commands import form_of
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import AtMost, OfficeDate, TextLine, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission, note_access

LearntForm: Any = form_of(service.qualify_person)


class QualificationForm(LearntForm):
    """What somebody has learnt; the skills to tick are those of his posts."""

    skills = SelectMultipleField(
        "Keterampilan dan pengetahuan yang dinilai ada",
        choices=[],
        validate_choice=False,
        option_widget=CheckboxInput(),
    )


for n in range(1, MOST_TRAININGS + 1):
    setattr(QualificationForm, f"training{n}", TextLine(f"Pelatihan {n}", [AtMost(100)]))
    setattr(QualificationForm, f"trained{n}", OfficeDate(f"Tanggal {n}"))


pages = Blueprint("posts", __name__, url_prefix="/pelaksana")
TRAININGS = range(1, service.MOST_TRAININGS + 1)


@pages.get("")
@needs_permission("competence.view")
def show_posts() -> ResponseReturnValue:
    db = current_db()
    today = current_date()
    fits = posts.fits_of(db, today)
    lines = posts.post_lines(db, today)
    rows = [(line, [fit for fit in fits if fit.line is line]) for line in lines]
    return show_page("casework/resources/posts.html", rows=rows, states=posts.STATES)


@pages.post("/cetak")
@needs_permission("competence.view")
def print_posts() -> Response:
    data = papers.competence_paper(current_db(), current_actor(), current_time())
    return printed_answer("competence", data, "competence", "daftar-pelaksana.pdf")


def find_staff(person_id: int) -> Person:
    """A person whose data the actor may see: his own, or those of all. Raises Problem."""
    if person_id != current_actor().person_id:
        require(current_actor(), "competence.view")
    return check_found(find_person(current_db(), person_id), "Petugas itu")


@pages.get("/<int:person_id>")
@needs_permission("facility.view", "competence.view")
def show_person(person_id: int) -> ResponseReturnValue:
    person = find_staff(person_id)
    if person_id != current_actor().person_id:
        note_access("competence.view", f"person/{person_id}")
    return draw_person(person, filled_form(person))


def qualification_form(person: Person, **options: Any) -> QualificationForm:
    form = QualificationForm(**options)
    skills = posts.skills_asked_of(current_db(), person, current_date())
    form["skills"].choices = to_choices([(skill, skill) for skill in skills])
    return form


def filled_form(person: Person) -> QualificationForm:
    known = posts.known_of(current_db(), person.id)
    held: dict[str, Any] = {"education": known.education, "study": known.study, "working_since": known.working_since}
    for n, (name, on) in enumerate(known.trainings, start=1):
        held |= {f"training{n}": name, f"trained{n}": on}
    return qualification_form(person, formdata=None, data=held | {"skills": sorted(known.skills)})


def draw_person(person: Person, form: QualificationForm, status: int = 200) -> ResponseReturnValue:
    db = current_db()
    today = current_date()
    return show_page(
        "casework/resources/person.html",
        status=status,
        person=person,
        form=form,
        rows=TRAININGS,
        known=posts.known_of(db, person.id),
        education=posts.EDUCATION,
        fits=[fit for fit in posts.fits_of(db, today) if fit.holder.person_id == person.id],
        asked=posts.trainings_asked(db, today),
        states=posts.STATES,
        may_change=may(current_actor(), "competence.manage"),
    )


@pages.post("/<int:person_id>")
@needs_permission("competence.manage")
def qualify_person(person_id: int) -> ResponseReturnValue:
    person = find_staff(person_id)
    form = qualification_form(person)
    skills = form.skills.data
    trainings = [(form[f"training{n}"].data, form[f"trained{n}"].data) for n in TRAININGS]
    return run_command(
        lambda: service.qualify_person(
            current_journal(),
            current_actor(),
            person_id=person_id,
            trainings=trainings,
            skills=skills,
            now=current_time(),
            **form.values,
        ),
        lambda _: draw_person(person, form, 422),
        url_for("posts.show_person", person_id=person_id),
        "Pendidikan, pelatihan, dan keterampilan disimpan.",
        form=form,
    )
