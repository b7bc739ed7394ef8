"""The hotline's team: decrees with their members, and the pact of each member with its paper."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from app.casework.desk.views.papers import printed_answer
from app.platform.office.moves import possible_moves
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import AtMost, Form, OfficeDate, TextLine, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission
from app.services.hotline import papers, team

pages = Blueprint("team", __name__, url_prefix="/hotline/tim")
ROWS = 8
"""Members that the form takes."""
DRAFTED = "Konsep SK dibuat. Baca naskahnya, lalu teruskan untuk diparaf dan ditandatangani."


class DecreeForm(Form):
    until_on = OfficeDate("Berlaku sampai", future=True)


for n in range(1, ROWS + 1):
    setattr(DecreeForm, f"member{n}", SelectField(f"Anggota {n}", choices=[], validate_choice=False))
    setattr(DecreeForm, f"education{n}", SelectField("Pendidikan", choices=[], validate_choice=False))
    setattr(DecreeForm, f"study{n}", TextLine("Bidang studi", [AtMost(80)]))


def offer_choices(form: DecreeForm) -> DecreeForm:
    active = [(person.username, person.name) for person in people.list_people(current_db(), active=True)]
    for n in range(1, ROWS + 1):
        form[f"member{n}"].choices = to_choices([("", ""), *active])
        form[f"education{n}"].choices = to_choices([("", ""), *team.EDUCATION.items()])
    return form


def words() -> dict[str, Any]:
    today = current_date()
    return {"states": team.STATES, "state_of": lambda member: team.state_of(member, today), "education": team.EDUCATION}


@pages.get("")
@needs_permission("hotline.view")
def show_teams() -> ResponseReturnValue:
    db = current_db()
    rows = [(decree, team.members_of(db, decree.id)) for decree in team.list_decrees(db)]
    why = team.why_not_in_team(db, current_actor().username, current_date())
    return show_page("services/hotline/teams.html", rows=rows, why=why, **words())


def draw_form(form: DecreeForm, status: int = 200) -> ResponseReturnValue:
    return show_page("services/hotline/team_form.html", status=status, form=form, rows=range(1, ROWS + 1))


@pages.get("/baru")
@needs_permission("team.manage")
def new_team() -> ResponseReturnValue:
    return draw_form(offer_choices(DecreeForm(formdata=None)))


@pages.post("/baru")
@needs_permission("team.manage")
def draft_team() -> ResponseReturnValue:
    form = offer_choices(DecreeForm())

    def write() -> Any:
        rows = [
            (form[f"member{n}"].data or "", form[f"education{n}"].data or "", form[f"study{n}"].data or "")
            for n in range(1, ROWS + 1)
        ]
        return team.draft_team(
            current_journal(),
            current_actor(),
            until_on=form["until_on"].data,
            members=rows,
            now=current_time(),
        )

    return run_command(
        write,
        lambda _: draw_form(form, 422),
        lambda made: redirect_to(url_for("outgoing.show_letter", letter_id=made.letter_id), DRAFTED),
        form=form,
    )


@pages.get("/<int:decree_id>")
@needs_permission("hotline.view")
def show_decree(decree_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    actor = current_actor()
    decree = team.load_decree(db, decree_id)
    members = team.members_of(db, decree_id)
    state = team.state_of(decree, current_date())
    facts = team.member_facts(members, actor)
    return show_page(
        "services/hotline/team.html",
        status=status,
        decree=decree,
        members=members,
        pact=team.PACT,
        names=people.person_names(db),
        can=possible_moves(team.MOVES, actor, state, facts),
        can_read=team.can_read_letter(db, actor, decree),
        problem=refused.form,
        pact_form=refused.form_for(team.sign_pact, pin=True),
        release_form=refused.form_for(team.release_member),
        released=refused.place.get("username"),
        withdraw_form=refused.form_for(team.withdraw_team),
        **words(),
    )


OUT = "/<int:decree_id>/keluar/<username>"
add_command(pages, "/<int:decree_id>/pakta", team.sign_pact, show_decree, "Pakta integritas ditandatangani.", pin=True)
add_command(pages, OUT, team.release_member, show_decree, "Anggota dikeluarkan dari tim.")
add_command(pages, "/<int:decree_id>/cabut", team.withdraw_team, show_decree, "SK dicabut.")


@pages.post("/<int:decree_id>/cetak/<username>")
@needs_permission("hotline.view")
def print_pact(decree_id: int, username: str) -> Response:
    data = papers.pact_paper(current_db(), decree_id, username, current_actor(), current_time())
    return printed_answer("integrity_pact", data, f"team/{decree_id}", f"pakta-{decree_id}.pdf")
