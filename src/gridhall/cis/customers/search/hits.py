"""From what was typed to the accounts that are meant."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from gridhall.cis.customers.masking import mask_name, mask_phone
from gridhall.cis.customers.models import Account, Agreement, Customer
from gridhall.cis.customers.search import index, tokens
from gridhall.cis.metering import queries as metering
from gridhall.cis.prefix import starting_with
from gridhall.platform.scope import Scope

TEXT_CHARACTERS_MAX = 80
NUMBER_DIGITS_MIN = 4  # shorter beginnings fit ten thousand accounts and more


@dataclass(frozen=True)
class Hit:
    """One account of a result list; name and telephone are masked."""

    public_id: UUID
    number: str
    name: str
    phone: str
    address: str
    status: str


def search(scope: Scope, text: str, limit: int = 20) -> list[Hit]:
    """Accounts that fit account number, meter number, name, telephone or address; active ones first.

    Several fragments must all fit: 小明 人民路. One character alone finds nothing. At most ``limit`` accounts come
    back, whichever the index holds first: narrow the search rather than page through it.
    """
    text = unicodedata.normalize("NFKC", text.strip()[:TEXT_CHARACTERS_MAX])
    by_number = _by_account_number(scope, text, limit)
    if len(text) == 10 and by_number:
        return by_number
    ids = [*_by_meter(scope, text, limit), *index.find(tokens.fragments(text), scope, limit)]
    found = by_number + _hits(scope, ids, limit)
    return list({hit.public_id: hit for hit in found}.values())[:limit]


def _by_account_number(scope: Scope, text: str, limit: int) -> list[Hit]:
    if not (text.isdecimal() and text.isascii() and NUMBER_DIGITS_MIN <= len(text) <= 10):
        return []
    rows = Account.objects.within(scope).filter(starting_with("number", text)).order_by("number")
    return _hits(scope, list(rows.values_list("pk", flat=True)[:limit]), limit)


def _by_meter(scope: Scope, text: str, limit: int) -> list[int]:
    if len(text) < NUMBER_DIGITS_MIN or not any(map(str.isdigit, text)) or not text.isascii():
        return []
    points = metering.service_points_of_meters(scope, text, limit)
    return list(Agreement.objects.filter(service_point__in=points).values_list("account", flat=True)[:limit])


def _hits(scope: Scope, ids: list[int], limit: int) -> list[Hit]:
    rows = Account.objects.within(scope).filter(pk__in=ids).select_related("customer", "premise")
    return [_hit(account) for account in rows.order_by("status", "number")[:limit]]


def _hit(account: Account) -> Hit:
    customer = account.customer
    name = mask_name(customer.name) if customer.kind == Customer.Kind.PERSON else customer.name
    phone = mask_phone(customer.phone)
    return Hit(account.public_id, account.number, name, phone, account.premise.address, account.status)
