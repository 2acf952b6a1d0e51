"""Looking at a full telephone number is a verb of its own: who did it and why stays on record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag

PURPOSE_CHARACTERS_MIN = 3


@action(Tag.PHONE_UNMASK)
def unmask_phone(act: Act, account: Account, purpose: str) -> str:
    """The telephone number of the account's customer. Raises Refused without a purpose."""
    act.on(account, account.path, account.pk)
    if len(purpose.strip()) < PURPOSE_CHARACTERS_MIN:
        raise Refused(_("Say why you need the full number."))
    act.note(purpose=purpose.strip())
    return account.customer.phone
