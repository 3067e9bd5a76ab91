from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed, password_changed, password_reset

        from accounts.adapter import take_over, withdraw_secrets

        email_confirmed.connect(take_over, dispatch_uid="accounts.take_over")
        for signal in (password_changed, password_reset):
            signal.connect(withdraw_secrets, dispatch_uid="accounts.withdraw_secrets")

        from django.contrib.auth.signals import user_logged_in

        from accounts.sessions import begin

        user_logged_in.connect(begin, dispatch_uid="accounts.begin_session")
