"""What-ifs through the pages: taken, dragged, kept, compared, exported."""

from __future__ import annotations

import pytest
from django.test import Client

from gridhall.cis.whatif.models import Population, Scenario
from gridhall.platform import jobs
from tests.cast import Cast
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")


@pytest.fixture
def population(gao: Client) -> Population:
    """October, taken by the form."""
    form = key_of(gao.get("/office/what-if/"))
    answer = gao.post("/office/what-if/", {"path": "32/04/", "month": 202610, **form})
    assert answer.headers["Location"] == "/office/what-if/"
    assert "hx-trigger" in gao.get("/office/what-if/").content.decode()
    jobs.run_until_idle()
    return Population.objects.get()


def address(population: Population, rest: str = "") -> str:
    return f"/office/what-if/{population.public_id}/{rest}"


def test_the_sliders_stand_where_the_tariff_is(gao: Client, town: Cast, population: Population) -> None:
    page = gao.get(address(population), {"tariff": town.agreement("Ms Li").tariff_code})
    assert 'name="k.energy.0.prices.total"' in page.content.decode()
    assert "together pay what they pay today" in text_of(page)


def test_dragging_answers_with_who_pays_more(gao: Client, town: Cast, population: Population) -> None:
    code = town.agreement("Ms Li").tariff_code
    asked = {"tariff": code, "percent": "10"}
    shown = text_of(gao.get(address(population, "answer/"), asked))
    assert "pay more" in shown and town.accounts["Ms Li"].number in shown
    assert "By class" in shown and "By income" in shown


def test_a_number_that_is_none_is_refused_and_named(gao: Client, town: Cast, population: Population) -> None:
    code = town.agreement("Ms Li").tariff_code
    for asked in ({"percent": "ten"}, {"k.energy.0.prices.total": "x", "tariff": code}, {"elasticity": "9"}):
        answer = gao.get(address(population, "answer/"), asked, headers={"HX-Request": "true"})
        assert answer.status_code == 422, asked


def test_keeping_twice_keeps_once_and_exports_every_customer(gao: Client, town: Cast, population: Population) -> None:
    code = town.agreement("Ms Li").tariff_code
    page = gao.get(address(population), {"tariff": code})
    sent = {"tariff": code, "percent": "5", "name": "Five more", **key_of(page)}
    places = {gao.post(address(population, "save/"), sent).headers["Location"] for _press in range(2)}
    scenario = Scenario.objects.get()
    assert places == {f"/office/what-if/kept/{scenario.public_id}/"}
    assert "Five more" in text_of(gao.get(places.pop()))
    answer = gao.get(f"/office/what-if/kept/{scenario.public_id}/csv/")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert town.accounts["Ms Li"].number in text


def test_kept_what_ifs_stand_side_by_side(gao: Client, town: Cast, population: Population) -> None:
    code = town.agreement("Ms Li").tariff_code
    for percent in ("5", "10"):
        page = gao.get(address(population), {"tariff": code})
        gao.post(
            address(population, "save/"), {"tariff": code, "percent": percent, "name": f"+{percent}", **key_of(page)}
        )
    ids = [str(one.public_id) for one in Scenario.objects.all()]
    shown = text_of(gao.get("/office/what-if/compare/", {"s": [*ids, "nonsense"]}))
    assert "+5" in shown and "+10" in shown


def test_the_stranger_and_a_clerk_find_nothing(at: At, gao: Client, town: Cast, population: Population) -> None:
    page = gao.get(address(population))
    gao.post(address(population, "save/"), {"name": "Mine", **key_of(page)})
    kept = Scenario.objects.get().public_id
    for path in (address(population), address(population, "answer/"), f"/office/what-if/kept/{kept}/",
                 f"/office/what-if/kept/{kept}/csv/", f"/office/what-if/compare/?s={kept}"):  # fmt: skip
        assert at("Stranger").get(path).status_code == 404, path
        assert at("Clerk Wu").get(path).status_code == 403, path
    assert at("Stranger").post(address(population, "save/"), {"name": "x"}).status_code == 404
