"""The tariff clerk's tutorial works as printed: each step is done, and what it says one sees is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridhall.cis.studio.models import Draft, PriceTable
from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.cis.tariffs.models import Tariff
from gridhall.cis.whatif.actions import take_population
from gridhall.kernel import shipped
from gridhall.platform import jobs
from gridhall.platform.actor import Actor, system
from gridhall.platform.ids import uuid7
from gridhall.platform.models import User
from gridhall.platform.scope import Scope
from tests.conftest import ROOT
from tests.halls.office.conftest import text_of
from tests.price_tables import FEBRUARY, as_csv

TUTORIAL = ROOT / "docs/staff/tariff-clerk.md"
TABLE = ROOT / "docs/staff/hubei-2026-02.csv"
CODE = "hubei-two-part-1-10kv"


def promised() -> dict[int, list[str]]:
    """What each step says one sees: the words between backquotes in its lines that begin with 'You see'."""
    found: dict[int, list[str]] = {}
    for number, body in re.findall(r"^## (\d+)\. .*?$(.*?)(?=^## |\Z)", TUTORIAL.read_text("utf-8"), re.M | re.S):
        lines = re.findall(r"^You see (.*?)(?:\n\n|\Z)", body, re.M | re.S)
        found[int(number)] = [re.sub(r"\s+", " ", text) for line in lines for text in re.findall(r"`([^`]+)`", line)]
    return found


def dearer_homes(gao: Client) -> tuple[Any, Any]:
    """A draft one fen dearer, and what it would do to everybody who was billed in October."""
    take_population(gao_actor(), "32/04/", 202610)
    jobs.run_until_idle()
    base = Tariff.objects.get(code="zhejiang-residential").versions.latest("valid_from")
    begun = gao.post("/office/drafts/new/", {"key": str(uuid7()), "base": base.pk, "valid_from": "2027-01-01"})
    address = begun["Location"].removesuffix("edit/")
    text = Draft.objects.latest("pk").revisions.get().text.replace("total: '0.538'", "total: '0.548'")
    gao.post(address + "edit/", {"view": "text", "seen": "1", "save": "1", "text": text})
    draft = gao.get(address)
    link = re.search(r'href="(/office/what-if/[^"]*draft=[^"]*)"', draft.content.decode())
    assert link, "the draft does not lead to a what-if"
    return draft, gao.get(link[1])


def gao_actor() -> Actor:
    """Biller Gao as the domain sees her."""
    user = User.objects.get(username="biller-gao")
    return Actor("Biller Gao", "staff", frozenset({"biller"}), Scope(prefixes=("32/04/",)), user.pk)


@pytest.mark.usefixtures("town", "db")
def test_the_tutorial_shows_what_it_says(gao: Client, checker: Client) -> None:
    for code, versions in shipped.tariffs().items():
        if code.startswith("hubei-"):
            publish_parsed(system(), versions[0])
    says, seen = promised(), {}
    sold = f"/office/tariffs/{Tariff.objects.get(code=CODE).public_id}/"
    seen[1] = gao.get(sold)
    upload = SimpleUploadedFile(TABLE.name, TABLE.read_bytes())
    address = gao.post("/office/price-tables/new/", {"file": upload})["Location"]
    seen[2] = gao.get(address)
    tried = gao.post(address + "map/", {"row": "two_part 1-10kv", "draft": "1"})["Location"]
    seen[3] = gao.get(tried)
    gao.post(tried + "discard/", {"discard-reason": "only tried"})
    gao.post(address + "submit/")
    seen[4] = gao.get(address)
    shown = checker.get(address).content.decode()
    warnings = re.findall(r'name="warning" value="([^"]*)"', shown)
    seen[5] = checker.post(address + "confirm/", {"warning": warnings, "compared": "1"}, follow=True)
    newest = Tariff.objects.get(code=CODE).versions.latest("valid_from")
    seen[6] = gao.get(f"{sold}?version={newest.pk}")
    again = SimpleUploadedFile("again.csv", TABLE.read_bytes())
    seen[7] = gao.post("/office/price-tables/new/", {"file": again}, follow=True)
    seen[8], seen[9] = dearer_homes(gao)
    assert set(says) == set(seen)
    for number, texts in says.items():
        assert texts, f"step {number} promises nothing"
        page = text_of(seen[number])
        missing = [text for text in texts if text not in page]
        assert not missing, f"step {number} promises {missing}; the page says:\n{page}"
    assert Draft.objects.earliest("pk").state == Draft.State.DISCARDED
    assert PriceTable.objects.get().compared_by == "Checker He"


def test_the_table_beside_the_tutorial_is_the_one_that_tests_make() -> None:
    assert TABLE.read_bytes() == as_csv(FEBRUARY)
