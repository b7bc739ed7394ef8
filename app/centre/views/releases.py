"""The page on which the centre endorses releases of the program for its offices."""

from functools import partial
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.centre import queries, releases
from app.centre.views.offices import centre_exchange
from app.platform.updates.releases import RELEASE_ENDING, check_maintained, own_keys
from app.platform.updates.sticks import releases_on_sticks
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_db
from app.platform.web.forms import has_pin, redirect_to, show_page, to_choices
from app.platform.web.guard import needs_permission

pages = Blueprint("centre_releases", __name__, url_prefix="/rilis")


@pages.get("/", endpoint="page")
@needs_permission("centre.offices")
def show_releases(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    keys = own_keys()
    if keys.development:
        found = []
    else:
        found = releases_on_sticks(partial(check_maintained, keys=keys))
    endorsed = releases.list_endorsed(current_db())
    known = {release.digest for release in endorsed}
    offered = [release for release in found if release.version and release.digest not in known]
    form = refused.form_for(releases.endorse_release, pin=True)
    form["folder"].choices = to_choices([(release.folder, release.label) for release in offered])
    return show_page(
        "centre/releases.html",
        status=status,
        nobody_signs=keys.development,
        ending=RELEASE_ENDING,
        refused=[release for release in found if release.refused],
        offered=offered,
        form=form,
        has_pin=has_pin(),
        endorsed=endorsed,
        office_word=queries.office_word(current_db()),
    )


def machine() -> dict[str, Any]:
    """What the command asks of this machine: its sticks, and whose signatures its program asks."""
    return {"sticks": centre_exchange().sticks, "keys": own_keys()}


def tell_endorsed(release: Any) -> ResponseReturnValue:
    told = f"Loket {release.version} disahkan. Kantor menerimanya pada pertukaran berikutnya."
    return redirect_to("/rilis/", told)


add_command(pages, "/", releases.endorse_release, show_releases, then=tell_endorsed, named=machine, pin=True)
