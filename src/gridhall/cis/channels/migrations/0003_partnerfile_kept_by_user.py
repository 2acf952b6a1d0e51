from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_debits")]

    operations = [
        migrations.AddField(
            model_name="partnerfile", name="kept_by_user", field=models.BigIntegerField(null=True),
        ),
    ]  # fmt: skip
