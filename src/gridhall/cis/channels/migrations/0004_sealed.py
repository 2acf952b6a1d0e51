from django.db import migrations

import gridhall.platform.sealing


def seal(apps, schema_editor):
    """Accounts at banks, and the lists of debits that hold them."""
    gridhall.platform.sealing.seal_rows(schema_editor.connection, "channels_mandate", "bank_account")
    gridhall.platform.sealing.seal_rows(schema_editor.connection, "channels_debitfile", "content")


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0003_partnerfile_kept_by_user'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mandate',
            name='bank_account',
            field=gridhall.platform.sealing.SealedField(),
        ),
        migrations.RunPython(seal),
    ]
