"""What a bill had seen of weather, notices, hours and prices, out of its stored inputs into columns."""

import json

from django.db import migrations, models

COLUMNS = {"facts": "seen_weather", "announced": "seen_announced", "calendars": "seen_calendars", "prices": "seen_prices"}
ROWS = 1_000


def fill(apps, schema_editor):
    """Every segment of a bill saw the same; a column stays empty where no segment depends on such facts."""
    Bill = apps.get_model("billing", "Bill")
    depends = models.Q()
    for name in COLUMNS:
        depends |= models.Q(inputs__contains=f'"{name}":')
    rows, last = Bill.objects.filter(depends).only("inputs").order_by("pk"), 0
    while some := list(rows.filter(pk__gt=last)[:ROWS]):
        for bill in some:
            for segment in json.loads(bill.inputs):
                for name, column in COLUMNS.items():
                    if name in segment:
                        setattr(bill, column, segment[name])
        Bill.objects.bulk_update(some, COLUMNS.values(), batch_size=200)
        last = some[-1].pk


class Migration(migrations.Migration):

    dependencies = [("billing", "0002_bill_late_penalty_alter_bill_kind")]

    operations = [
        *(migrations.AddField("bill", column, models.BigIntegerField(null=True)) for column in COLUMNS.values()),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
