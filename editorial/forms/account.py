"""Forms about oneself: log-in, password, language and reading, contact."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, RadioField, TelField
from wtforms.validators import EqualTo, Optional, Regexp

from editorial.forms.base import Form, length, line, needed, no_controls, options, tidy

LANGUAGES = (("zh_Hans_CN", "简体中文"), ("en", "English"))
ADDRESS = r"^[^@\s<>\"',;:()\[\]\\]{1,64}@[^@\s<>\"',;:()\[\]\\]{1,130}$"
PHONE = r"^[0-9+() -]{5,30}$"


def password(label: Any, autocomplete: str, *validators: Any, **options: Any) -> PasswordField:
    """A password: any characters, at most 128, never trimmed and never shown again."""
    return PasswordField(label, [*(validators or (needed(),)), length(128)],
                         render_kw={"autocomplete": autocomplete}, **options)


def email() -> EmailField:
    """An e-mail address, or nothing."""
    label: Any = _l("E-mail")
    wrong: Any = _l("This is no e-mail address.")
    return EmailField(label, [Optional(), length(200), no_controls, Regexp(ADDRESS, message=wrong)], filters=[tidy])


def phone() -> TelField:
    """A telephone number, or nothing."""
    label: Any = _l("Telephone")
    wrong: Any = _l("Digits, spaces, and + - ( ) only, at least five.")
    return TelField(label, [Optional(), length(30), no_controls, Regexp(PHONE, message=wrong)], filters=[tidy])


def radio(label: Any, pairs: Any, **more: Any) -> RadioField:
    """One of a few."""
    return RadioField(label, choices=options(pairs), validators=[needed()], **more)


class LoginForm(Form):
    """Log-in name and password."""

    login = line(_l("Log-in name"), 60, needed(), render_kw={"autocomplete": "username", "autocapitalize": "none"})
    password = password(_l("Password"), "current-password")


class ForgotForm(Form):
    """Whose password is forgotten."""

    who = line(_l("Log-in name or e-mail address"), 200, needed(),
               render_kw={"autocomplete": "username", "autocapitalize": "none"})


class LanguageForm(Form):
    """The language of the pages."""

    locale = radio(_l("Language"), LANGUAGES)


class NewPasswordForm(Form):
    """A new password, twice."""

    new_password = password(_l("New password"), "new-password", description=_l(
        "At least 8 characters, 15 are better; a sentence is fine. Any characters may be used. Common passwords and "
        "those made of your name, your unit or the city are refused."))
    again = password(_l("The same once more"), "new-password", needed(), EqualTo(
        "new_password", _l("The two are not the same.")))  # type: ignore[arg-type]


class ChangePasswordForm(NewPasswordForm):
    """The present password, and a new one."""

    present_password = password(_l("Present password"), "current-password")


class ReadingForm(Form):
    """How somebody reads."""

    locale = radio(_l("Language"), LANGUAGES)
    text_size = radio(_l("Size of texts"), ((16, _l("Small")), (18, _l("Medium")), (20, _l("Large"))), coerce=int)
    text_face = radio(_l("Face of texts"), (("song", _l("Song")), ("sans", _l("Sans"))))


class ContactForm(Form):
    """Where somebody is reached; the present password where the e-mail address changes."""

    email = email()
    phone = phone()
    present_password = password(_l("Present password"), "current-password", Optional(), description=_l(
        "Needed only to change the e-mail address."))
