"""Which of a log-in's accounts the pages show."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from gridhall.cis.customers import queries as customers
from gridhall.cis.customers.models import Account
from gridhall.halls.page import PageRequest
from gridhall.platform.errors import Refused

CHOSEN = "account"


def chosen(request: PageRequest) -> dict[str, Any]:
    """``account`` and ``accounts`` for the template. The choice lives in the session, not in addresses."""
    accounts = customers.accounts(request.actor.scope)
    if not accounts:
        raise Refused(_("No account is bound to this log-in yet. Bring a bill to the counter, or call 95598."))
    wanted = request.session.get(CHOSEN)
    account = next((one for one in accounts if str(one.public_id) == wanted), None)
    if account is None:
        account = next((one for one in accounts if one.status == Account.Status.ACTIVE), accounts[0])
    return {"account": account, "accounts": accounts}
