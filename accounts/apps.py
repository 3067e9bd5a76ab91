from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed

        from accounts.adapter import take_over

        email_confirmed.connect(take_over, dispatch_uid="accounts.take_over")
