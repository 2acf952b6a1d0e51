"""The way of charging through the page."""

from __future__ import annotations

import pytest
from django.test import Client

from gridhall.cis.customers.models import Agreement
from tests.cast import Cast
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")


def test_a_contract_demand_is_changed_and_shown(gao: Client, at: At, town: Cast) -> None:
    account = town.accounts["Haisheng Foods"]
    address = f"/office/accounts/{account.public_id}/charging/"
    sent = {"charging": "2", "contract": "900", "applied_on": "2026-12-01", "on": "2027-01-01"}
    early = gao.post(address, {**sent, "on": "2027-01-02", **key_of(gao.get(address))})
    assert early.status_code == 422 and "first day of a month" in text_of(early)
    assert gao.post(address, {**sent, "contract": "ten", **key_of(gao.get(address))}).status_code == 200
    assert gao.post(address, {**sent, **key_of(gao.get(address))}).status_code == 302
    assert Agreement.objects.filter(account=account, contract_demand_kw_e6=900_000_000).count() == 1
    assert "1 Jan 2027" in text_of(gao.get(address))
    assert at("Stranger").get(address).status_code == 404
    assert at("Clerk Wu").get(address).status_code == 403
