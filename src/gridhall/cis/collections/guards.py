"""What every action of collections asks first."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.platform.actions import Act
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING

REASON_CHARACTERS_MIN = 3


def locked_account(act: Act, account_id: int) -> Account:
    """The account, locked, as the subject of the act. Raises NotInScope."""
    rows = lock(Account.objects.within(act.actor.scope).filter(pk=account_id))
    if not rows:
        raise NotInScope()
    account: Account = rows[0]
    act.on(account, account.path, account.pk)
    return account


RowT = TypeVar("RowT", bound=models.Model)


def locked_row(act: Act, model: type[RowT], pk: int) -> RowT:
    """A row of an account, both locked in their order, as the subject of the act. Raises NotInScope."""
    found = model.objects.within(act.actor.scope).filter(pk=pk).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotInScope()
    lock(Account.objects.within(EVERYTHING).filter(pk=found.account_id))
    row: RowT = lock(model.objects.within(act.actor.scope).filter(pk=pk))[0]  # type: ignore[attr-defined]
    act.on(row, row.path, row.account_id)  # type: ignore[attr-defined]
    return row


def require_reason(text: str, message: str) -> None:
    """Raises Refused with ``message`` where nothing worth reading was written."""
    if len(text.strip()) < REASON_CHARACTERS_MIN:
        raise Refused(message)


def require_second_person(act: Act, first: int | None) -> None:
    """Raises Refused where the same log-in did the first step."""
    if act.actor.user_id is not None and act.actor.user_id == first:
        raise Refused(_("Who proposed it may not decide it; ask a second person."))
