"""The ways in which money comes in, as dated data, each with the ledger account where it waits for the statement."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date
from importlib import resources

import msgspec
import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridhall.platform.errors import Refused


class Channel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a channel, in force on ``[valid_from, valid_to)``.

    ``clearing`` is the ledger account of money under way. ``direct`` says where the money of a method lies when it is
    in the utility's hands at once.
    """

    code: str
    zh: str
    en: str
    valid_from: date
    clearing: str
    valid_to: date | None = None
    direct: Mapping[str, str] = {}

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en

    def money_account(self, method: str) -> str:
        """The ledger account that a payment by this method is booked to."""
        return self.direct.get(method, self.clearing)


@functools.cache
def every() -> tuple[Channel, ...]:
    """All versions, in the order of the file."""
    text = (resources.files("gridhall.data") / "payment_channels.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), tuple[Channel, ...])


def channel(code: str, on: date) -> Channel:
    """The channel in force on a day. Raises Refused for one that is not, or never was."""
    for one in every():
        if one.code == code and one.valid_from <= on and (one.valid_to is None or on < one.valid_to):
            return one
    raise Refused(_("There is no channel %(code)s on this day.") % {"code": code})


def name_of(code: str) -> str:
    """What a channel is called in the reader's language; an unknown code stands as it is."""
    return next((one.name for one in reversed(every()) if one.code == code), code)
