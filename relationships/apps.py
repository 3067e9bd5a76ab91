from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from config import checks as _checks  # noqa: F401  To be there is to be registered.
        from relationships import guards
        from relationships.models import projection

        # SQLite rebuilds tables in many migrations and drops their triggers without a word.
        post_migrate.connect(guards.reinstall, sender=self)
        post_migrate.connect(projection.fill, sender=self)
        register(guards.check, Tags.database)
        register(guards.check_role, Tags.database)
