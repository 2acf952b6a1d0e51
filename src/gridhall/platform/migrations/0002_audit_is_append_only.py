from django.db import migrations

from gridhall.platform.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_initial")]
    operations = [append_only("platform_auditevent")]
