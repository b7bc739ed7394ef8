"""The page before the founding, on both sides, on which the databases of this PC are encrypted."""

from flask.typing import ResponseReturnValue
from wtforms import PasswordField

from app.platform.backups import encryption
from app.platform.web.context import current_db, surroundings
from app.platform.web.forms import AtMost, Form, run_command, show_page

MOST_LETTERS = 200


class PassphraseForm(Form):
    passphrase = PasswordField("Kata sandi basis data", [AtMost(MOST_LETTERS)])
    again = PasswordField("Sekali lagi", [AtMost(MOST_LETTERS)])


def encryption_state() -> str:
    return encryption.encryption_state(current_db(), surroundings().data)


def passphrase_page(post_to: str, leave_to: str, form: PassphraseForm | None = None) -> ResponseReturnValue:
    """The choice, or that it was made; it is posted to the address of the page."""
    status = 200
    if form:
        status = 422
    return show_page(
        "platform/backups/passphrase.html",
        status=status,
        form=form or PassphraseForm(formdata=None),
        state=encryption_state(),
        post_to=post_to,
        leave_to=leave_to,
    )


def take_passphrase(post_to: str, leave_to: str) -> ResponseReturnValue:
    form = PassphraseForm()
    return run_command(
        lambda: encryption.encrypt_now(
            current_db(), surroundings().data, form.passphrase.data or "", form.again.data or ""
        ),
        lambda _: passphrase_page(post_to, leave_to, form),
        post_to,
        form=form,
    )
