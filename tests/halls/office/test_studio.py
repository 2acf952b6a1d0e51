"""The tariff studio's pages: a draft as form and text, sample bills, publishing by two; price tables."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridhall.cis.studio.models import Draft, PriceTable
from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import in_force
from gridhall.halls.office import draft_form
from gridhall.kernel import shipped
from gridhall.platform.actor import system
from tests import price_tables as made
from tests.cast import Cast
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
CODE, NEW_YEAR = "zhejiang-residential", date(2027, 1, 1)


def begun(gao: Client) -> str:
    """The address of a copy that begins on New Year's Day."""
    shown = gao.get("/office/drafts/new/")
    base = TariffVersion.objects.get(tariff__code=CODE)
    sent = {**key_of(shown), "base": base.pk, "valid_from": "2027-01-01"}
    answer = gao.post("/office/drafts/new/", sent)
    assert answer.status_code == 302
    return answer["Location"].removesuffix("edit/")


def fields_of(client: Client, address: str) -> dict[str, str]:
    """What a browser would send back of the form."""
    shown = client.get(address + "edit/").content.decode()
    found = {}
    from html import unescape

    for tag in re.findall(r"<input\b[^>]*>", shown):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', shown, re.DOTALL):
        picked = re.search(r'value="([^"]*)" selected', body)
        found[name] = picked[1] if picked else ""
    found.pop("csrfmiddlewaretoken", None)
    found.pop("language", None)
    found.pop("elder", None)
    found.pop("next", None)
    return found


def test_the_form_is_the_document(gao: Client) -> None:
    address = begun(gao)
    sent = fields_of(gao, address)
    sent["energy.0.prices.total"] = "0.548"
    assert gao.post(address + "edit/", {**sent, "save": "1", "note": "one fen more"}).status_code == 302
    page = text_of(gao.get(address))
    assert "total: '0.548'" in page
    assert "one fen more" in page
    assert "Household, 260 kWh: ¥142.48, before ¥139.88, difference ¥2.60" in page


@pytest.mark.parametrize("code", sorted(shipped.tariffs()))
def test_a_document_goes_through_the_form_unchanged(code: str) -> None:
    from gridhall.cis.studio import documents

    for version in shipped.tariffs()[code]:
        text, sent = documents.to_yaml(version), {}
        for part in draft_form.parts(text):
            if part.list_name:
                sent[f"rows.{part.list_name}"] = str(len(part.rows))
            for field in [*part.fields, *(one for row in part.rows for one in row)]:
                if not field.flag or field.value:
                    sent[field.path] = field.value
        assert documents.check(draft_form.applied(text, sent)).version == version


def test_checks_answer_while_typing_and_save_nothing(gao: Client) -> None:
    address = begun(gao)
    sent = fields_of(gao, address)
    answer = gao.post(address + "check/", {**sent, "energy.0.prices.total": "0,55"})
    assert "is not a decimal price" in text_of(answer)
    assert "No problems" in text_of(gao.post(address + "check/", sent))
    assert Draft.objects.latest("pk").revisions.count() == 1


def test_text_and_form_show_each_others_unsaved_words(gao: Client) -> None:
    address = begun(gao)
    sent = fields_of(gao, address)
    as_text = gao.post(address + "edit/", {**sent, "name.en": "Zhejiang homes", "show": "text"})
    assert "en: Zhejiang homes" in as_text.content.decode()
    broken = gao.post(address + "edit/", {"view": "text", "text": "a: [", "seen": "1", "show": "form"})
    assert '<textarea class="form-control draft-text"' in broken.content.decode()


def test_a_second_person_publishes_on_the_page(gao: Client, checker: Client, town: Cast) -> None:
    address = begun(gao)
    gao.post(address + "edit/", {**fields_of(gao, address), "energy.0.prices.total": "0.558", "save": "1"})
    gao.post(address + "submit/")
    assert "Publish" not in [
        t.strip() for t in re.findall(r"<h2 id=\"publish\">(.*?)</h2>", gao.get(address).content.decode())
    ]
    assert gao.post(address + "publish/", {"seen": "2"}).status_code == 403
    number = town.accounts["Ms Li"].number
    assert number in text_of(checker.post(address + "samples/", {"account": number}))
    assert "No account of this number" in text_of(checker.post(address + "samples/", {"account": "0000000000"}))
    stale = checker.post(address + "publish/", {"seen": "1"})
    assert stale.status_code == 422
    assert "look at it again" in text_of(stale)
    assert checker.post(address + "publish/", {"seen": "2"}).status_code == 302
    assert in_force(CODE, NEW_YEAR, date(2027, 2, 1))[0].version.energy[0].prices.total == 55_800_000


def test_absurd_prices_and_a_tampered_form_end_in_words(gao: Client, checker: Client) -> None:
    address = begun(gao)
    sent = {**fields_of(gao, address), "energy.0.prices.total": "9999999999", "save": "1"}
    assert gao.post(address + "edit/", {**sent, "seen": "x"}).status_code == 422
    assert gao.post(address + "edit/", {**sent, "rows.energy": "x"}).status_code == 302
    sent = {**fields_of(gao, address), "save": "1"} | {"energy.0.prices.total": "9999999999", "rows.energy": "1"}
    assert gao.post(address + "edit/", sent).status_code == 302
    assert gao.get(address).status_code == 200
    assert checker.post(address + "publish/", {"seen": "1e9"}).status_code == 422


def test_comments_and_discarding(gao: Client) -> None:
    address = begun(gao)
    gao.post(address + "comment/", {"text": "ask the bureau"})
    assert "ask the bureau" in text_of(gao.get(address))
    assert gao.post(address + "comment/", {"text": " "}).status_code == 422
    assert gao.post(address + "discard/", {"discard-reason": ""}).status_code == 422
    gao.post(address + "discard/", {"discard-reason": "withdrawn"})
    assert "Discarded" in text_of(gao.get(address))


def hubei() -> None:
    for code, versions in shipped.tariffs().items():
        if code.startswith("hubei-"):
            publish_parsed(system(), versions[0])


@pytest.mark.parametrize(
    ("make", "name"), [(made.as_xlsx, "二月.xlsx"), (made.as_csv, "2.csv"), (made.as_pdf, "2.pdf")]
)
def test_a_price_table_is_confirmed_by_a_second_person(gao: Client, checker: Client, make, name: str) -> None:
    hubei()
    answer = gao.post("/office/price-tables/new/", {"file": SimpleUploadedFile(name, make(made.FEBRUARY))})
    address = answer["Location"]
    page = text_of(gao.get(address))
    assert "components sum to 0.747312, printed 0.747112: +0.0002" in page or "+0.0002" in page
    assert "Flat 0.651886 0.665112 +2.03" in page
    assert bytes(b"".join(gao.get(address + "file/"))) == PriceTable.objects.latest("pk").content
    gao.post(address + "submit/")
    assert "a second person confirms it" in text_of(gao.get(address))
    shown = checker.get(address).content.decode()
    assert checker.post(address + "confirm/").status_code == 422
    warnings = re.findall(r'name="warning" value="([^"]*)"', shown)
    assert len(warnings) == 3
    assert checker.post(address + "confirm/", {"warning": warnings, "compared": "1"}).status_code == 302
    assert in_force("hubei-two-part-1-10kv", date(2026, 2, 1), date(2026, 3, 1))[0].version.evidence == "V"
    again = gao.post(
        "/office/price-tables/new/", {"file": SimpleUploadedFile(name, PriceTable.objects.latest("pk").content)}
    )
    assert again["Location"] == address


def test_a_file_that_is_no_table_is_refused_beside_the_field(gao: Client) -> None:
    answer = gao.post("/office/price-tables/new/", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert answer.status_code == 422
    assert "No price row was found" in text_of(answer)
    assert PriceTable.objects.count() == 0


def test_a_row_is_mapped_or_drafted_from_the_page(gao: Client) -> None:
    hubei()
    answer = gao.post("/office/price-tables/new/", {"file": SimpleUploadedFile("f.csv", made.as_csv(made.FEBRUARY))})
    address = answer["Location"]
    gao.post(address + "map/", {"row": "two_part 110kv", "tariff": ""})
    assert "no tariff is named for this row" in text_of(gao.get(address))
    assert gao.post(address + "map/", {"row": "two_part 999kv", "tariff": ""}).status_code == 422
    drafted = gao.post(address + "map/", {"row": "two_part 35kv", "draft": "1"})
    assert "/drafts/" in drafted["Location"]
    gao.post(address + "discard/", {"reason": "wrong month"})
    assert "Discarded" in text_of(gao.get(address))


def test_the_stranger_changes_nothing(at: At, gao: Client) -> None:
    address, stranger = begun(gao), at("Stranger")
    for verb in ("check", "samples", "comment", "submit", "discard", "publish", "edit"):
        sent = {"text": "x", "discard-reason": "x", "save": "1", "seen": "1", "view": "text"}
        assert stranger.post(f"{address}{verb}/", sent).status_code == 404, verb
    assert Draft.objects.latest("pk").state == Draft.State.DRAFT
