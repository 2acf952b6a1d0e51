"""Interval prices through the pages: begun, read, looked through, published by a second person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridhall.cis.tariffs.models import PriceDay, PriceSeries, PriceUpload
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
PAGE = "/office/price-series/"


def begin(client: Client, **changed: str):
    sent = {
        "code": "spot", "name_zh": "现货", "name_en": "Spot", "minutes": "60", "source": "a made-up market", **changed,
    }  # fmt: skip
    return client.post(PAGE, {**sent, **key_of(client.get(PAGE))})


def file_of(days: int, price: str = "350.5", name: str = "may.csv") -> SimpleUploadedFile:
    rows = [
        f"{date(2026, 5, 1) + timedelta(days=n)} {hour:02}:00,{price}\n" for n in range(days) for hour in range(1, 25)
    ]
    return SimpleUploadedFile(name, ("time,price\n" + "".join(rows)).encode())


def send(client: Client, file: SimpleUploadedFile, per: str = "MWh"):
    series = PriceSeries.objects.get()
    return client.post(f"{PAGE}{series.public_id}/", {"file": file, "per": per, "label": "end"})


def test_one_reads_another_publishes_and_the_days_stand_there(gao: Client, checker: Client) -> None:
    assert begin(gao).status_code == 302
    answer = send(gao, file_of(3))
    assert answer.status_code == 302
    upload = PriceUpload.objects.get()
    shown = gao.get(answer.url)
    assert "A second person publishes this file" in text_of(shown)
    assert 'name="publish"' not in shown.content.decode()
    assert not PriceDay.objects.exists()
    assert checker.post(f"/office/price-uploads/{upload.public_id}/decide/", {"publish": ""}).status_code == 302
    assert PriceDay.objects.count() == 3
    listed = text_of(checker.get(f"{PAGE}{upload.series.public_id}/"))
    assert "0.3505" in listed and "Published" in listed


def test_a_correction_says_which_days_it_changes(gao: Client, checker: Client) -> None:
    begin(gao)
    send(gao, file_of(2))
    checker.post(f"/office/price-uploads/{PriceUpload.objects.get().public_id}/decide/", {"publish": ""})
    answer = send(gao, file_of(1, price="400"))
    shown = text_of(gao.get(answer.url))
    assert "Corrects days published before 1" in shown
    assert "corrects" in shown


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("x.csv", b"a,b\n1,2\n"), "The column time / date is missing"),
        (SimpleUploadedFile("x.pdf", b"%PDF-1.7 x"), "The file is not text"),
        (file_of(1, price="cheap"), "cheap in price is not a number"),
        (file_of(1, price="900000"), "check the unit"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_beside_the_form(gao: Client, file: SimpleUploadedFile, said: str) -> None:
    begin(gao)
    answer = send(gao, file)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not PriceUpload.objects.exists()


def test_a_file_with_one_bad_day_keeps_the_others_and_names_the_row(gao: Client) -> None:
    begin(gao)
    content = file_of(2).read().replace(b"2026-05-02 07:00,350.5", b"2026-05-02 07:00,")
    answer = send(gao, SimpleUploadedFile("may.csv", content))
    shown = text_of(gao.get(answer.url))
    assert "price is empty" in shown and "fill it in or remove the row" in shown and "32" in shown
    assert PriceUpload.objects.get().last_day == date(2026, 5, 1)


def test_a_code_that_tariffs_cannot_name_is_refused(gao: Client) -> None:
    answer = begin(gao, code="Spot Price")
    assert answer.status_code == 422
    assert "lower-case letters" in text_of(answer)


def test_a_clerk_does_not_get_in_and_what_is_not_there_is_not_found(at: At, gao: Client) -> None:
    assert at("Clerk Wu").get(PAGE).status_code == 403
    assert gao.get("/office/price-uploads/0198a000-0000-7000-8000-000000000000/").status_code == 404
