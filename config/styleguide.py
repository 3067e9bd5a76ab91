"""Every component on one page, in development only."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from relationships.forms import BeginForm, InviteForm, WriteForm


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    wrong = InviteForm({"address": "not an address"})
    return render(request, "styleguide.html", {"write": WriteForm(), "begin": BeginForm(), "wrong": wrong})
