from django.apps import AppConfig


class TwofoldConfig(AppConfig):
    name = "twofold.django"
    label = "twofold"
    verbose_name = "Two-factor authentication"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.core import checks

        from .checks import check_deployment, check_set_up
        from .ways_in import nobody_yet

        checks.register(check_set_up, checks.Tags.security)
        checks.register(check_deployment, checks.Tags.security, deploy=True)
        user_logged_in.connect(nobody_yet, dispatch_uid="twofold")
