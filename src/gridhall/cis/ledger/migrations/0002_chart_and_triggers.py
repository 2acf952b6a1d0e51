from typing import Any

from django.db import migrations

from gridhall.cis.ledger.chart import SHIPPED
from gridhall.platform.append_only import append_only


def ship_chart(apps: Any, _editor: Any) -> None:
    model = apps.get_model("ledger", "LedgerAccount")
    model.objects.bulk_create(
        model(code=code, name_zh=zh, name_en=en, kind=kind, per_customer=per_customer)
        for code, zh, en, kind, per_customer in SHIPPED
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunPython(ship_chart, migrations.RunPython.noop),
        append_only("ledger_entry"),
        append_only("ledger_line"),
    ]
