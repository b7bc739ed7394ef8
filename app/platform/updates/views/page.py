"""Which version runs, which lie beside it, how the last update ended, and how to make the next one."""

import sys
from functools import partial

from flask import Blueprint
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.platform.updates import versions
from app.platform.updates.endorsements import ReleaseEndorsement, endorsed_releases
from app.platform.updates.releases import RELEASE_ENDING, check_release, own_keys
from app.platform.updates.sticks import releases_on_sticks
from app.platform.web.context import current_journal, surroundings
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission
from schema.own_indicators import own_indicator_faults
from schema.partner_lists import own_list_faults
from schema.profiles import own_profile_faults
from schema.version import VERSION

pages = Blueprint("updates", __name__, url_prefix="/versi")
WORDS = {"done": "good", "ready": "warn", "back": "bad", "refused": "bad"}
"""How the end of an update looks."""
TITLES = {
    "done": "Pemutakhiran terakhir berhasil",
    "ready": "Versi baru siap dipakai",
    "back": "Pemutakhiran terakhir tidak jadi",
    "refused": "Pemutakhiran terakhir tidak jadi",
}


class PresentVersion(Struct, frozen=True):
    version: str
    word: str
    kind: str


@pages.get("/", endpoint="page")
@needs_permission("backup.make")
def show_versions() -> ResponseReturnValue:
    result = versions.read_result()
    folder = surroundings().data
    keys = own_keys()
    endorsed = known_endorsements()
    if result:
        kind = WORDS[result.outcome]
        title = TITLES[result.outcome]
    else:
        kind, title = ("", "")
    check = partial(check_release, keys=keys, endorsed={release.digest for release in endorsed})
    command, found = "python3 run.py", []
    if sys.platform == "win32":
        command = "py run.py"
    if not keys.development:
        found = releases_on_sticks(check)
    return show_page(
        "platform/updates/page.html",
        version=VERSION,
        present=present_versions(),
        result=result,
        kind=kind,
        title=title,
        ending=RELEASE_ENDING,
        command=command,
        nobody_signs=keys.development,
        endorsed=endorsed,
        found=found,
        definitions={**own_indicator_faults(folder), **own_profile_faults(folder), **own_list_faults(folder)},
    )


def known_endorsements() -> list[ReleaseEndorsement]:
    """What the centre endorsed for this office. A centre tells itself nothing: its second signature is a file."""
    journal = current_journal()
    if not journal.has_identity:
        return []
    return endorsed_releases(journal.db, journal.source)


def present_versions() -> list[PresentVersion]:
    """The version that runs, then the others that lie there, newest first."""
    before = versions.read_choice().before
    others = [version for version in versions.newest_first() if version != VERSION]
    here = PresentVersion(VERSION, "Berjalan", "good")
    words = {before: "Sebelumnya"}
    return [here, *(PresentVersion(other, words.get(other, "Tidak dipakai"), "idle") for other in others)]
