"""The addresses of a person's own pages. Those for logging in and creating an account are allauth's."""

from django.urls import path

from accounts import sign_in, views

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("sign-in/<str:token>/", sign_in.sign_in, name="sign-in"),
]
