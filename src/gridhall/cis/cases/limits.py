"""How much one person may correct: by case and by day, from the dated policy."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import F, Sum
from django.db.models.functions import Abs
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.cases.calculate import limit_group
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.rules import Limit, correction_policy
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING

COUNTED = (Case.State.CALCULATED, Case.State.CONFIRMED, Case.State.POSTED)


def limit_of(kind: str, on: date) -> Limit:
    """The limits of a kind on a day."""
    return correction_policy(on).limits[limit_group(kind)]


def require_within(case: Case, total_fen: int, maker: int | None, on: date) -> None:
    """Refused above what a case, or one maker on one day, may come to. The remedy is another person or several days."""
    limit = limit_of(case.kind, on)
    if abs(total_fen) > limit.most_yuan * 100:
        raise Refused(_("No case of this kind may exceed %(yuan)s yuan.") % {"yuan": f"{limit.most_yuan:,}"})
    today = timezone.make_aware(datetime.combine(on, time()))
    kinds = [kind for kind in Case.Kind.values if limit_group(kind) == limit_group(case.kind)]
    rows = Case.objects.within(EVERYTHING).filter(
        made_by_user=maker, made_at__gte=today, made_at__lt=today + timedelta(days=1), state__in=COUNTED, kind__in=kinds
    )
    others = rows.exclude(pk=case.pk).aggregate(s=Sum(Abs(F("recovered_fen") + F("charge_fen"))))["s"] or 0
    if others + abs(total_fen) > limit.a_day_yuan * 100:
        said = {"yuan": f"{limit.a_day_yuan:,}"}
        raise Refused(_("One person may make cases of this kind up to %(yuan)s yuan a day.") % said)


def needs_supervisor(case: Case, on: date) -> bool:
    """Whether a second person is not enough."""
    return abs(case.total_fen) > limit_of(case.kind, on).supervisor_above_yuan * 100
