"""Operating capacity through the page."""

from __future__ import annotations

import pytest
from django.test import Client

from gridhall.cis.network.models import ServicePointTerms
from tests.cast import Cast
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")


def test_a_suspension_is_set_and_shown(gao: Client, at: At, town: Cast) -> None:
    address = f"/office/accounts/{town.accounts['Haisheng Foods'].public_id}/capacity/"
    sent = {"kva": "0", "on": "2026-11-25", "until": "2026-12-20", "reason": "application 7"}
    short = gao.post(address, {**sent, "until": "2026-11-27", **key_of(gao.get(address))})
    assert short.status_code == 422 and "at least 15 days" in text_of(short)
    assert gao.post(address, {**sent, **key_of(gao.get(address))}).status_code == 302
    assert ServicePointTerms.objects.filter(operating_capacity_kva_e6=0).count() == 1
    assert "25 Nov 2026" in text_of(gao.get(address))
    assert at("Stranger").get(address).status_code == 404
    assert at("Clerk Wu").get(address).status_code == 403
