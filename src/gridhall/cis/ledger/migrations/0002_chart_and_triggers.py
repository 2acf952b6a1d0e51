from typing import Any

from django.db import migrations

from gridhall.cis.ledger import chart
from gridhall.platform.append_only import append_only


def ship_chart(apps: Any, _editor: Any) -> None:
    model = apps.get_model("ledger", "LedgerAccount")
    model.objects.bulk_create(
        model(code=row.code, name_zh=row.zh, name_en=row.en, kind=row.kind, per_customer=row.sub_ledger != "none")
        for row in chart.accounts().values()
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunPython(ship_chart, migrations.RunPython.noop),
        append_only("ledger_entry"),
        append_only("ledger_line"),
    ]
