"""Beginning: taking the first seat."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from relationships.access import SignedInRequest
from relationships.forms import BeginForm
from relationships.models import Relationship


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    form = BeginForm(request.POST or None)
    if form.is_valid():
        side = form.cleaned_data["side"]
        # Pressed twice, it is begun once.
        relationship = Relationship.just_begun(by=request.user, side=side) or Relationship.begin(
            by=request.user, side=side
        )
        return redirect("invitations", relationship.pk)
    return render(request, "begin.html", {"form": form}, status=422 if form.errors else 200)
