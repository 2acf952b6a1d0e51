from typing import Any

from django.db import migrations
from django.db.models import DateField, F
from django.db.models.functions import Cast


def say_where_money_lies(apps: Any, _editor: Any) -> None:
    """Payments from before channels had accounts: cash and transfers were in hand at once."""
    payments = apps.get_model("payments", "Payment").objects
    in_hand = Cast(F("received_at"), DateField())
    payments.filter(method="cash").update(money_account="cash", settled_on=in_hand)
    payments.filter(method="transfer").update(money_account="bank", settled_on=in_hand)
    payments.filter(method="demo").update(money_account="online-clearing")


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_channels_and_states")]
    operations = [migrations.RunPython(say_where_money_lies, migrations.RunPython.noop)]
