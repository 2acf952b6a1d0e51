"""A customer's name, telephone and e-mail, brought into one form or refused."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Customer
from gridhall.platform.errors import Refused

NAME_CHARACTERS_MAX = 120
NEEDS_CHARACTERS_MAX = 60
LANGUAGES = ("zh-hans", "en")
_PHONE_FILL = re.compile(r"[\s()（）.'-]")  # the apostrophe is how spreadsheets keep +44 from being a formula
# E.164 allows 15 digits; a local number has at least 7. A mainland mobile number begins with 13 to 19.
_PHONE = re.compile(r"1[3-9][0-9]{9}|(?!1[0-9]{10}$)[0-9]{7,13}|\+[1-9][0-9]{6,14}", re.ASCII)


def clean_name(name: str) -> str:
    """One line in NFC without control characters. Raises Refused when nothing or too much is left."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not 0 < len(name) <= NAME_CHARACTERS_MAX or not name.isprintable():
        raise Refused(_("Give a name of at most %(count)s printable characters.") % {"count": NAME_CHARACTERS_MAX})
    return name


def clean_phone(phone: str) -> str:
    """Digits, with a leading + for foreign numbers; empty stays empty. Raises Refused for anything else."""
    digits = _PHONE_FILL.sub("", unicodedata.normalize("NFKC", phone))
    if digits and not _PHONE.fullmatch(digits):
        raise Refused(_("%(value)s is not a telephone number; write 7 to 15 digits.") % {"value": phone[:30]})
    return digits


def clean_email(email: str) -> str:
    """The address as given, without outer blanks. Raises Refused where it cannot be one."""
    email = email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused(_("%(value)s is not an e-mail address.") % {"value": email[:60]}) from error
    return email


def clean(details: dict[str, str]) -> dict[str, str]:
    """The given fields of a customer, each in its one form. Raises Refused naming the first that cannot be."""
    cleaners = {"name": clean_name, "phone": clean_phone, "email": clean_email}
    cleaned = {field: cleaners.get(field, str.strip)(value) for field, value in details.items()}
    if cleaned.get("kind", Customer.Kind.PERSON) not in Customer.Kind.values:
        raise Refused(_("%(value)s is not a kind of customer.") % {"value": cleaned["kind"]})
    if cleaned.get("language", "en") not in LANGUAGES:
        raise Refused(_("%(value)s is not a language of the product.") % {"value": cleaned["language"]})
    if len(cleaned.get("needs", "")) > NEEDS_CHARACTERS_MAX:
        raise Refused(_("Say the special needs in %(count)s characters.") % {"count": NEEDS_CHARACTERS_MAX})
    return cleaned
