"""Hours by area: versions and what nobody has confirmed, the day as a drawing, publishing what follows."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.actions import publish
from gridhall.cis.tariffs.models import CalendarVersion
from tests.cast import Cast
from tests.cis.billing.test_calendar_versions import MADE_UP, TARIFF
from tests.halls.office.conftest import At, key_of, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
PAGE = "/office/tariffs/calendars/"
HOURS = MADE_UP % "17-19"


def publish_page(client: Client, text: str):
    return client.post(f"{PAGE}new/", {"text": text, **key_of(client.get(f"{PAGE}new/"))})


def test_the_list_names_area_span_notice_and_what_to_verify(gao: Client) -> None:
    shown = text_of(gao.get(f"{PAGE}?area=山东"))
    assert "2025 only" in shown and "鲁发改价格〔2023〕914号" in shown and "past" in shown
    assert "nothing can be billed by them from 1 Jan 2026 on" in shown
    assert "to verify" in text_of(gao.get(f"{PAGE}?area=吉林"))
    everything = sum(len(versions) for versions in calendars.known().values())
    assert f"of {everything}" in text_of(gao.get(PAGE)) or str(everything) in text_of(gao.get(PAGE))


def test_a_calendar_is_drawn_by_month_and_class(gao: Client) -> None:
    body = gao.get(f"{PAGE}shanghai-business/").content.decode()
    assert body.count('<svg class="bands"') == 2  # single part and two part differ
    assert body.count('<rect class="band-sharp"') > 0
    alike = gao.get(f"{PAGE}hubei-business/")
    assert alike.content.decode().count('<svg class="bands"') == 1
    assert "Business, single part, Business, two part" in text_of(alike)
    jilin = text_of(gao.get(f"{PAGE}jilin-business/"))
    assert "as announced" in jilin and "on days that the authority announces" in jilin
    heat = text_of(gao.get(f"{PAGE}guangdong-business/"))
    assert "when Guangzhou reaches 35 °C on 1 days running" in heat
    assert gao.get(f"{PAGE}atlantis/").status_code == 404


def test_every_calendar_can_be_opened_in_both_languages(gao: Client, at: At) -> None:
    chinese = at("Biller Gao", "zh-hans")
    for code in calendars.known():
        for client in (gao, chinese):
            answer = client.get(f"{PAGE}{code}/")
            assert answer.status_code == 200 and '<svg class="bands"' in answer.content.decode(), code


def test_hours_that_follow_are_published_from_the_text_of_the_last(checker: Client) -> None:
    form = checker.get(f"{PAGE}new/?base=shandong-business").content.decode()
    assert "code: shandong-business" in form and "17-22" in form
    answer = publish_page(checker, HOURS)
    assert answer.status_code == 302 and answer.url == f"{PAGE}shandong-business/"
    shown = text_of(checker.get(answer.url))
    assert "2025 only" in shown and "2026 only" in shown and "Checker He" in shown
    assert "17–22" in text_of(checker.get(f"{answer.url}?version=0"))


def test_hours_that_cannot_be_used_are_refused_beside_the_form(checker: Client) -> None:
    for wrong in (HOURS.replace("17-19", "17-30"), HOURS.replace("valid_from: 2026-01-01\n", ""), "", "[" * 3000):
        answer = publish_page(checker, wrong)
        assert answer.status_code == 422
    assert not CalendarVersion.objects.exists()


def test_the_biller_is_warned_of_hours_that_ran_out_where_a_tariff_needs_them(gao: Client, town: Cast) -> None:
    warning = "nothing can be billed by them from"
    assert warning not in text_of(gao.get("/office/"))
    row = publish(town.actor("Checker He"), TARIFF)
    assert timezone.localdate().year >= 2026
    assert warning in text_of(gao.get("/office/"))
    assert warning in text_of(gao.get(f"/office/tariffs/{row.tariff.public_id}/"))


def test_a_biller_publishes_nothing_and_a_clerk_does_not_get_in(at: At, gao: Client) -> None:
    assert gao.get(f"{PAGE}new/").status_code == 403
    assert at("Clerk Wu").get(PAGE).status_code == 403
    assert at("Clerk Wu").get(f"{PAGE}hubei-business/").status_code == 403


def test_the_command_line_lists_checks_and_publishes(tmp_path: Path) -> None:
    file, out = tmp_path / "shandong-2026.yaml", StringIO()
    file.write_text(HOURS, encoding="utf-8")
    call_command("calendars", "check", str(file), stdout=out)
    assert "shandong-business: every month is covered" in out.getvalue() and not CalendarVersion.objects.exists()
    call_command("calendars", "publish", str(file), stdout=out)
    call_command("calendars", "list", stdout=out)
    listed = [line.split()[1:4] for line in out.getvalue().splitlines() if line.startswith("shandong-business ")]
    assert listed == [["2025-01-01", "to", "2026-01-01"], ["2026-01-01", "to", "2027-01-01"]]
    file.write_text(HOURS.replace("17-19", "17-30"), encoding="utf-8")
    with pytest.raises(CommandError, match="not a span within one day"):
        call_command("calendars", "publish", str(file))
