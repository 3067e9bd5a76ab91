"""The addresses of a person's own pages. Those for logging in and creating an account are allauth's."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("calendar/", views.calendar, name="calendar"),
    path("code/", views.own_code, name="own-code"),
    path("proof/", views.proof, name="proof"),
    path("second-lock/", views.second_lock, name="second-lock"),
    path("log-ins/", views.log_ins, name="log-ins"),
    path("session/", views.session, name="session"),
    path("session/<int:session_id>/ending/", views.end_session, name="session-ending"),
    path("leaving/", views.leave, name="leaving"),
    path("sign-in/<str:token>/", views.sign_in, name="sign-in"),
]
