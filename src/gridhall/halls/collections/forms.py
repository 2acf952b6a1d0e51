"""The forms of the collections desk, its counter and its customers."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.cis.collections.models import Guarantee, Notice, Protection, Relief, Touch
from gridhall.cis.collections.models.dunning import Channel
from gridhall.halls.forms import KeyedForm, YuanField
from gridhall.halls.office.fields import DayField

AMOUNT_FEN_MAX = 100_000_000_00
CHOOSE = ("", _("Choose …"))


def choices(values: Any) -> list[tuple[str, Any]]:
    """The choices of a model's field behind an empty one that has to be left."""
    return [CHOOSE, *((value, label) for value, label in values.choices if value)]


class HourField(forms.TimeField):
    """An hour and minute of the day, 10:30."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class MomentForm(KeyedForm):
    """A day and an hour that become one moment of local time."""

    day = DayField(label=_("Day"))
    hour = HourField(label=_("Hour"))

    def clean(self) -> dict[str, Any]:
        """``moment`` is both together."""
        data = super().clean() or {}
        if data.get("day") and isinstance(data.get("hour"), time):
            data["moment"] = timezone.make_aware(datetime.combine(data["day"], data["hour"]))
        return data


class ChannelForm(KeyedForm):
    channel = forms.ChoiceField(label=_("Way"), choices=choices(Channel))


class ChosenChannelForm(KeyedForm):
    channel = forms.ChoiceField(
        label=_("Remind by"), choices=[(c.value, c.label) for c in Channel if c != Channel.DOOR]
    )


class OutcomeForm(KeyedForm):
    outcome = forms.ChoiceField(label=_("How it went"), choices=choices(Touch.Outcome))
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class NoteForm(KeyedForm):
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class WhyForm(KeyedForm):
    reason = forms.CharField(label=_("Reason"), min_length=3, max_length=200)


class AnswerForm(KeyedForm):
    answer = forms.CharField(
        label=_("Answer"), min_length=3, max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The customer reads it."),
    )  # fmt: skip


class ProtectionForm(KeyedForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=choices(Protection.Reason))
    evidence = forms.CharField(
        label=_("Evidence"), max_length=200, help_text=_("For example the number of the certificate.")
    )
    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("Until, not including"), required=False)


class EndForm(WhyForm):
    last_day = DayField(label=_("Last day"))


class ArrangeForm(KeyedForm):
    """All bills that are overdue, in equal parts thirty days apart."""

    instalments = forms.TypedChoiceField(label=_("Instalments"), coerce=int)
    first = DayField(label=_("First instalment on"))
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, most: int = 12, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instalments"].choices = [(n, str(n)) for n in range(2, most + 1)]


class GuaranteeForm(KeyedForm):
    kind = forms.ChoiceField(label=_("Kind of security"), choices=choices(Guarantee.Kind))
    amount = YuanField(label=_("Amount, yuan"), most_fen=AMOUNT_FEN_MAX)
    reference = forms.CharField(label=_("Number of the transfer or paper"), max_length=120)
    issuer = forms.CharField(
        label=_("Who stands for it"), max_length=120, required=False, help_text=_("The bank; empty for a deposit.")
    )
    valid_to = DayField(label=_("Valid until, not including"), required=False)


class CallForm(WhyForm):
    amount = YuanField(label=_("Amount, yuan"), most_fen=AMOUNT_FEN_MAX)


class BillForm(KeyedForm):
    """One of the account's open bills."""

    bill = forms.TypedChoiceField(label=_("Bill"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        bills = (kwargs.get("initial") or {}).get("bills", [])
        super().__init__(*args, **kwargs)
        self.fields["bill"].choices = bills


class WaiverForm(BillForm):
    amount = YuanField(label=_("Penalty to waive, yuan"), most_fen=AMOUNT_FEN_MAX)
    cause = forms.ChoiceField(label=_("Cause"), choices=choices(Relief.Cause))
    reason = forms.CharField(label=_("Reason"), min_length=3, max_length=200)


class WriteOffForm(BillForm):
    cause = forms.ChoiceField(label=_("Cause"), choices=choices(Relief.Cause))
    reason = forms.CharField(label=_("Evidence"), min_length=3, max_length=200)


class DisputeForm(BillForm):
    reason = forms.CharField(
        label=_("What is wrong?"), min_length=3, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeliveryForm(MomentForm):
    notice = forms.TypedChoiceField(label=_("Notice"), coerce=int)
    how = forms.ChoiceField(label=_("How"), choices=choices(Notice.How))
    handed_to = forms.CharField(label=_("To whom"), required=False, max_length=120)
    proof = forms.CharField(label=_("Number of the receipt or photo"), min_length=3, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        notices = (kwargs.get("initial") or {}).get("notices", [])
        super().__init__(*args, **kwargs)
        self.fields["notice"].choices = notices


TOLD_BY = [(how.value, how.label) for how in (Notice.How.PHONE, Notice.How.SMS, Notice.How.HAND)]


class TellForm(KeyedForm):
    how = forms.ChoiceField(label=_("How"), choices=TOLD_BY)
    handed_to = forms.CharField(label=_("To whom"), required=False, max_length=120)


class MeterForm(KeyedForm):
    reading = forms.CharField(label=_("What the meter shows"), max_length=20)
    photo = forms.CharField(label=_("Number of the photo"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reading"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
