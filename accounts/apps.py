from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed, password_changed, password_reset
        from allauth.mfa import signals as mfa
        from django.contrib.auth.signals import user_logged_in

        from accounts.adapter import take_over, withdraw_secrets
        from accounts.locks import end_other_sessions
        from accounts.log_ins import note_wrong_lock
        from accounts.sessions import begin

        email_confirmed.connect(take_over, dispatch_uid="accounts.take_over")
        for signal in (password_changed, password_reset):
            signal.connect(withdraw_secrets, dispatch_uid="accounts.withdraw_secrets")
        for signal in (mfa.authenticator_added, mfa.authenticator_removed, mfa.authenticator_reset):
            signal.connect(end_other_sessions, dispatch_uid="accounts.end_other_sessions")
        mfa.authentication_failed.connect(note_wrong_lock, dispatch_uid="accounts.note_wrong_lock")
        user_logged_in.connect(begin, dispatch_uid="accounts.begin_session")
