"""Interval prices of markets: series, files of prices read by one person and published by another, and their days."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.tariffs import series as queries
from gridhall.cis.tariffs.actions import create_series, discard_prices, publish_prices, upload_prices
from gridhall.cis.tariffs.models import PriceSeries, PriceUpload
from gridhall.codecs.errors import CodecError
from gridhall.codecs.price_series import BYTES_MAX
from gridhall.halls import charts, formats
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import HallForm, KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page
from gridhall.kernel.money import round_half_up
from gridhall.platform import policy
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag
from gridhall.readings.importing.problems import from_codec, reason_and_remedy

PROBLEMS_SHOWN = 50
FEN_PER_MWH = 1000  # 1e-8 yuan a kWh in a fen a MWh


class SeriesForm(KeyedForm):
    """A series; its code is what tariffs name."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=60, help_text=gettext_lazy("Tariffs name it."))
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120)
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("A price every … minutes"), coerce=int, choices=PriceSeries.MINUTES, initial=60
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200)


class FileForm(HallForm):
    """A file of prices, and what it does not say itself."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=200,
        help_text=gettext_lazy("CSV or XLSX: time and price, or one row a day with a column for each interval."),
    )  # fmt: skip
    per = forms.ChoiceField(
        label=gettext_lazy("Prices are in"),
        choices=[("MWh", gettext_lazy("yuan/MWh")), ("kWh", gettext_lazy("yuan/kWh"))],
    )
    label = forms.ChoiceField(
        label=gettext_lazy("A time names"),
        choices=[
            ("end", gettext_lazy("the end of its interval")),
            ("start", gettext_lazy("the start of its interval")),
        ],
    )

    def clean_file(self) -> Any:
        """Too large is refused before it is read."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than %(most)s MB; split it.") % {"most": BYTES_MAX >> 20})
        return file


@page("office-price-series-list", "GET", "POST")
def series_list(request: PageRequest) -> HttpResponse:
    """Every series; a new one."""
    form, status = SeriesForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = {**form.cleaned_data}
            key = str(data.pop("key"))
            row, status = attempt(form, lambda: create_series(request.actor, **data, key=key))
            if row is not None:
                return redirect("office-price-series", row.public_id)
    rows = [(one, one.days.order_by("-day").first()) for one in queries.all_series()]
    return render(request, "office/price_series_list.html", {"form": form, "rows": rows}, status=status)


@page("office-price-series", "GET", "POST")
def series(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The newest days, the files that wait, and a new file."""
    one = _found(PriceSeries.objects.all(), public_id)
    form, status = FileForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (upload := _read(request, one, form)) is not None:
            return redirect("office-price-upload", upload.public_id)
    known = dict(one.days.order_by("pk").values_list("day", "prices_e8"))
    days = sorted(known, reverse=True)[:31]
    context = {
        "one": one, "form": form, "uploads": listing(request, _uploads(request).filter(series=one)),
        "days": _rows(known, days), "chart": _chart(known, sorted(days)), "count": len(known),
    }  # fmt: skip
    return render(request, "office/price_series.html", context, status=status)


def _read(request: PageRequest, one: PriceSeries, form: FileForm) -> PriceUpload | None:
    data = form.cleaned_data
    name = data["file"].name.replace("\\", "/").rsplit("/", 1)[-1]
    try:
        return upload_prices(request.actor, one.pk, data["file"].read(), name, data["per"], data["label"])
    except CodecError as error:
        form.add_error("file", ". ".join(reason_and_remedy(from_codec(error.problem))))
    except Refused as error:
        if error.status != 422:
            raise
        form.add_error("file", str(error))
    return None


@page("office-price-upload")
def upload(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What a file says: its days against those that count today, its problems, and publishing by a second person."""
    row = _found(_uploads(request), public_id)
    days = {date.fromisoformat(day): prices for day, prices in row.document}
    earlier = row.series.days.filter(day__in=days)
    earlier = earlier.exclude(upload=row) if row.state == PriceUpload.State.PUBLISHED else earlier
    known = dict(earlier.order_by("pk").values_list("day", "prices_e8"))
    own, waits = row.uploaded_by_user == request.actor.user_id, row.state == PriceUpload.State.READ
    context = {
        "row": row, "days": _rows(days, sorted(days), known), "chart": _chart(days, sorted(days)[:31]),
        "problems": [(one["row"], *reason_and_remedy(one)) for one in row.problems[:PROBLEMS_SHOWN]],
        "may_publish": waits and not own and policy.may(request.actor, Tag.PRICES_PUBLISH),
        "may_discard": waits, "own": own and waits,
        "corrected": sum(day in known and known[day] != prices for day, prices in days.items()),
    }  # fmt: skip
    return render(request, "office/price_upload.html", context)


@page("office-price-upload-decide", "POST")
def decide(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Publish or discard."""
    row = _found(_uploads(request), public_id)
    if "publish" in request.POST:
        publish_prices(request.actor, row.pk, key=f"publish-prices:{row.public_id}")
        messages.success(request, _("The prices are published."))
    else:
        discard_prices(request.actor, row.pk)
        messages.success(request, _("The file is put away."))
    return redirect("office-price-series", row.series.public_id)


def _uploads(request: PageRequest) -> Any:
    return PriceUpload.objects.within(request.actor.scope).select_related("series")


def _found(rows: Any, public_id: UUID) -> Any:
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def _rows(
    days: dict[date, list[int]], shown: list[date], known: dict[date, list[int]] | None = None
) -> list[tuple[date, str, str, str, bool]]:
    """(day, lowest, mean, highest price as text, whether it corrects what is known)."""
    found = []
    for day in shown:
        prices = days[day]
        mean = round_half_up(sum(prices), len(prices))
        corrects = known is not None and day in known and known[day] != prices
        found.append((day, *(formats.price(one) for one in (min(prices), mean, max(prices))), corrects))
    return found


def _chart(days: dict[date, list[int]], shown: list[date]) -> charts.Chart | None:
    """The mean, the lowest and the highest interval of each day, in yuan per MWh."""
    if len(shown) < 2:
        return None
    lows, highs = ([round_half_up(pick(days[day]), FEN_PER_MWH) for day in shown] for pick in (min, max))
    means = [round_half_up(sum(days[day]), len(days[day]) * FEN_PER_MWH) for day in shown]
    finding = _("Between %(low)s and %(high)s yuan/MWh from %(first)s to %(last)s.") % {
        "low": formats.yuan(min(lows)), "high": formats.yuan(max(highs)), "first": formats.day(shown[0]),
        "last": formats.day(shown[-1]),
    }  # fmt: skip
    lines = [(_("highest"), highs), (_("mean"), means), (_("lowest"), lows)]
    return charts.line(finding, [formats.short_day(day) for day in shown], lines, "¥", name="prices", head=_("Day"))
