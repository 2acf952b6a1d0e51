"""Losses and sub-meters through the page: set, refused with the reason, ended."""

from __future__ import annotations

import pytest
from django.test import Client

from gridhall.cis.metering.models import LossTerms
from gridhall.cis.network.models import ServicePointTerms
from tests.cast import Cast
from tests.halls.office.conftest import At, text_of

pytestmark = pytest.mark.usefixtures("town", "db")


def address(town: Cast, rest: str = "") -> str:
    return f"/office/accounts/{town.accounts['Haisheng Foods'].public_id}/between/{rest}"


def loss(client: Client, town: Cast) -> object:
    page = client.get(address(town))
    key = page.context["loss"]["key"].value()
    return client.post(
        address(town),
        {"which": "loss", "loss-key": key, "loss-method": "formula", "loss-series": "S11", "loss-rated_kva": "400",
         "loss-shift": "", "loss-line_percent": "1.5", "loss-spreading": "proportion", "loss-on": "2026-11-01"},
    )  # fmt: skip


def test_a_transformer_is_set_and_ended(gao: Client, town: Cast) -> None:
    terms = ServicePointTerms.objects.filter(service_point=town.service_points["Haisheng Foods"])
    terms.update(metering_mode="hv_lv")
    assert loss(gao, town).status_code == 302  # type: ignore[attr-defined]
    held = LossTerms.objects.get()
    assert (held.series, held.rated_va, held.line_loss_e6) == ("S11", 400_000, 15_000)
    assert "S11" in text_of(gao.get(address(town)))
    gao.post(address(town, "end/"), {"losses": held.public_id})
    held.refresh_from_db()
    assert held.valid_to is not None


def test_high_voltage_metering_refuses_a_transformer_beside_the_form(gao: Client, town: Cast) -> None:
    terms = ServicePointTerms.objects.filter(service_point=town.service_points["Haisheng Foods"])
    terms.update(metering_mode="hv_hv")
    answer = loss(gao, town)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "high voltage is metered at low voltage" in text_of(answer)


def test_a_point_that_is_not_here_cannot_be_a_sub_meter(gao: Client, town: Cast) -> None:
    key = gao.get(address(town)).context["sub"]["key"].value()
    sent = {"which": "sub", "sub-key": key, "sub-code": "NOWHERE", "sub-kind": "ratio", "sub-ratio_percent": "3",
            "sub-on": "2026-11-01"}  # fmt: skip
    answer = gao.post(address(town), sent)
    assert answer.status_code == 422 and "NOWHERE" in text_of(answer)


def test_ending_what_is_not_there_is_not_found(gao: Client, town: Cast) -> None:
    for sent in ({"losses": "x"}, {"sub": "x"}, {}):
        assert gao.post(address(town, "end/"), sent).status_code == 404


def test_the_stranger_and_a_clerk_find_nothing(at: At, town: Cast) -> None:
    assert at("Stranger").get(address(town)).status_code == 404
    assert at("Stranger").post(address(town, "end/"), {"losses": "x"}).status_code == 404
    assert at("Clerk Wu").get(address(town)).status_code == 403
