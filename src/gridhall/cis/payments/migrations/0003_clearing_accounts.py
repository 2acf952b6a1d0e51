from typing import Any

from django.db import migrations
from django.db.models import DateField, F
from django.db.models.functions import Cast

from gridhall.cis.payments.clearing import SHIPPED


def ship_accounts(apps: Any, _editor: Any) -> None:
    model = apps.get_model("ledger", "LedgerAccount")
    model.objects.bulk_create(
        (
            model(code=code, name_zh=zh, name_en=en, kind=kind, per_customer=per_customer)
            for code, zh, en, kind, per_customer in SHIPPED
        ),
        ignore_conflicts=True,
    )


def say_where_money_lies(apps: Any, _editor: Any) -> None:
    """Payments from before channels had accounts: cash and transfers were in hand at once."""
    payments = apps.get_model("payments", "Payment").objects
    in_hand = Cast(F("received_at"), DateField())
    payments.filter(method="cash").update(money_account="cash", settled_on=in_hand)
    payments.filter(method="transfer").update(money_account="bank", settled_on=in_hand)
    payments.filter(method="demo").update(money_account="online-clearing")


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_channels_and_states"), ("ledger", "0002_chart_and_triggers")]
    operations = [
        migrations.RunPython(ship_accounts, migrations.RunPython.noop),
        migrations.RunPython(say_where_money_lies, migrations.RunPython.noop),
    ]
