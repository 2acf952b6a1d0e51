"""A price series, and the days of it: read from a file by one person, published by another."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from gridhall.cis.tariffs import series as queries
from gridhall.cis.tariffs.models import PriceDay, PriceSeries, PriceUpload
from gridhall.codecs import price_series
from gridhall.platform.actions import Act, action
from gridhall.platform.actor import home
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag
from gridhall.readings.importing.problems import from_codec

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DAYS_MAX = 400  # a year and the month after it
PROBLEMS_KEPT = 200
State = PriceUpload.State


@action(Tag.PRICE_SERIES_CREATE)
def create_series(act: Act, code: str, name_en: str, name_zh: str, minutes: int, source: str) -> PriceSeries:
    """Begin a series; its code is what tariffs name, so it never changes."""
    if not CODE.fullmatch(code) or len(code) > 60:
        raise Refused(_("Write the code in lower-case letters, digits and hyphens, such as shandong-real-time."))
    if minutes not in price_series.MINUTES:
        raise Refused(_("A series has a price every 15, 30 or 60 minutes."))
    if not (name_en.strip() and name_zh.strip() and source.strip()):
        raise Refused(_("Give the series a name in both languages and say where its prices come from."))
    if PriceSeries.objects.filter(code=code).exists():
        raise Refused(_("There is already a series %(code)s.") % {"code": code})
    row = PriceSeries.objects.create(
        code=code, name_en=name_en.strip(), name_zh=name_zh.strip(), minutes=minutes, source=source.strip(),
        created_at=act.at, created_by=act.actor.name,
    )  # fmt: skip
    act.subject = f"price-series:{code}"
    act.note(minutes=minutes)
    return row


@action(Tag.PRICES_UPLOAD)
def upload_prices(
    act: Act, series_id: int, content: bytes, file_name: str, per: Literal["kWh", "MWh"], label: Literal["end", "start"]
) -> PriceUpload:
    """Read a file and keep what it says; nothing counts yet. The same file again gives the first reading of it.

    Raises Refused where no whole day could be read; CodecError where the file is not a table at all.
    """
    series = _series(series_id)
    sha256 = hashlib.sha256(f"{per} {label} ".encode() + content).hexdigest()
    act.subject = f"price-series:{series.code}"
    act.note(file=file_name, sha256=sha256)
    path = home(act.actor)
    known = PriceUpload.objects.within(act.actor.scope).filter(series=series, path=path, sha256=sha256).first()
    if known is not None:
        return known
    found = price_series.read(content, series.minutes, per, label)
    if not found.days:
        first = found.refused[0].message if found.refused else _("The file holds no day.")
        raise Refused(_("No whole day could be read: %(problem)s") % {"problem": first})
    if len(found.days) > DAYS_MAX:
        raise Refused(_("The file holds more than %(most)s days; split it by year.") % {"most": DAYS_MAX})
    row = PriceUpload.objects.create(
        series=series, path=path, file_name=file_name[-200:], sha256=sha256,
        document=[[str(day), list(prices)] for day, prices in found.days],
        problems=[from_codec(one) for one in found.problems[:PROBLEMS_KEPT]],
        first_day=found.days[0][0], last_day=found.days[-1][0], uploaded_at=act.at, uploaded_by=act.actor.name,
        uploaded_by_user=act.actor.user_id,
    )  # fmt: skip
    act.note(days=len(found.days), problems=len(found.problems))
    return row


@action(Tag.PRICES_PUBLISH)
def publish_prices(act: Act, upload_id: int) -> int:
    """By a second person: the days count from now on. Returns how many differ from what was known before."""
    row = _waiting(act, upload_id)
    if act.actor.user_id is not None and act.actor.user_id == row.uploaded_by_user:
        raise Refused(_("A second person publishes: somebody who did not read the file."))
    days = [(date.fromisoformat(day), prices) for day, prices in row.document]
    known = queries.published(row.series.code, days[0][0], days[-1][0] + timedelta(days=1), queries.newest())
    fresh = [(day, prices) for day, prices in days if known.get(day) != prices]
    PriceDay.objects.bulk_create(
        PriceDay(series=row.series, day=day, prices_e8=prices, upload=row) for day, prices in fresh
    )
    _decide(act, row, State.PUBLISHED)
    act.note(days=len(fresh), corrected=sum(day in known for day, _prices in fresh))
    return len(fresh)


@action(Tag.PRICES_DISCARD)
def discard_prices(act: Act, upload_id: int) -> PriceUpload:
    """Put a file away; what it said stays readable."""
    row = _waiting(act, upload_id)
    _decide(act, row, State.DISCARDED)
    return row


def _series(series_id: int) -> PriceSeries:
    rows = lock(PriceSeries.objects.filter(pk=series_id))
    if not rows:
        raise NotInScope()
    return rows[0]


def _waiting(act: Act, upload_id: int) -> PriceUpload:
    mine = PriceUpload.objects.within(act.actor.scope).filter(pk=upload_id)
    found = mine.values_list("series_id", flat=True).first()
    if found is None:
        raise NotInScope()
    series = _series(found)  # two files of one series are published one after the other
    row: PriceUpload = lock(mine)[0]
    act.subject = f"price-series:{series.code}"
    act.note(file=row.file_name)
    if row.state != State.READ:
        raise Refused(_("This file is already %(state)s.") % {"state": row.get_state_display()})
    return row


def _decide(act: Act, row: PriceUpload, state: str) -> None:
    row.state, row.decided_at, row.decided_by = state, act.at, act.actor.name
    row.save(update_fields=["state", "decided_at", "decided_by"])
