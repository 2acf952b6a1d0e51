"""What the codec of STS tokens says, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gridhall.codecs.sts import Fault, StsError

# The same sentences as gridhall.codecs.sts.SENTENCES; a test keeps them together.
TEXTS = {
    Fault.FILE: _("the file is not read: {what}"),
    Fault.EACH_ONCE: _("{field}: give each number from 0 to {most} once"),
    Fault.SIZE: _("{field}: give {size} digits"),
    Fault.RANGE: _("{field}: give a number from {least} to {most}"),
    Fault.DERIVATION: _('{field}: cipher "11" needs derivation "04"'),
    Fault.CLASS: _("{field}: give 0 or 2; other tokens are not made"),
    Fault.ZONE: _("{field}: give the local time without a zone, for example 2026-01-20T12:30:00"),
    Fault.KEYS_TWICE: _("keys: give one key for each supply group, revision and type"),
    Fault.VECTORS_NONE: _(
        "vectors: give at least one token that the meters took; without it nobody knows whether the tables fit"
    ),
    Fault.VECTOR: _(
        "vectors[{number}]: tables and keys make {made}, the vector says {token}; one of them is not of this fleet"
    ),
    Fault.KEY_NONE: _("keys: no vending key for supply group {sgc}, revision {krn}, type {kt}; add it to the file"),
    Fault.PAN: _("PAN: give 18 digits that end with their check digit, not {value}"),
    Fault.SGC: _("supply group: give 6 digits, not {value}"),
    Fault.TARIFF_INDEX: _("tariff index: give 2 digits, not {value}"),
    Fault.KEY_REVISION: _("key revision: give a number from 1 to 9, not {value}"),
    Fault.KEY_TYPE: _("key type: give 0, 1, 2 or 3, not {value}"),
    Fault.AMOUNT: _("amount: a token carries 0 to {most} units, not {value}; issue it in parts"),
    Fault.TID: _("time: identifiers of base {base} end 31.9 years after it; change the meters to a later base date"),
    Fault.KEY_EXPIRED: _(
        "time: the meter's key takes identifiers up to {ken}, this one begins with {high}; change the key"
    ),
    Fault.DIGITS: _("token: give 20 digits"),
    Fault.CRC: _("token: it was not made for this meter, or a digit is wrong"),
}


def words(error: StsError) -> str:
    """One sentence."""
    return str(TEXTS[error.fault]).format(**error.said)
