from django.db import migrations

import gridhall.platform.sealing


def seal(apps, schema_editor):
    """Starting codes and keys of keypad devices."""
    for column in ("starting_code", "key_hex"):
        gridhall.platform.sealing.seal_rows(schema_editor.connection, "prepay_tokendevice", column)


class Migration(migrations.Migration):

    dependencies = [
        ('prepay', '0005_remote_cuts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='tokendevice',
            name='key_hex',
            field=gridhall.platform.sealing.SealedField(blank=True, default=''),
        ),
        migrations.AlterField(
            model_name='tokendevice',
            name='starting_code',
            field=gridhall.platform.sealing.SealedField(blank=True, default=''),
        ),
        migrations.RunPython(seal),
    ]
