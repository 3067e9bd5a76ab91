"""The addresses of the record. Every one under `/r/<id>/` goes through the door (`access.door`)."""

from django.urls import URLPattern, URLResolver, include, path

from relationships.views import (
    answer,
    begin,
    brief,
    correction,
    draft,
    ending,
    entry,
    event,
    home,
    invitation,
    join,
    record,
    withdrawal,
    write,
)

of_an_entry = [
    path("", entry.show, name="entry"),
    path("answer/", answer.create, name="answer"),
    path("answer/differently/", answer.create_differently, name="answer-differently"),
    path("correction/", correction.create, name="correction"),
    path("withdrawal/", withdrawal.create, name="withdrawal"),
]

of_a_record: list[URLPattern | URLResolver] = [
    path("", record.show, name="record"),
    path("write/", write.create, name="write"),
    path("draft/", draft.save, name="draft"),
    path("draft/discarding/", draft.discard, name="draft-discarding"),
    path("entry/<uuid:entry_id>/", include(of_an_entry)),
    path("brief/", brief.show, name="brief"),
    path("brief/text/", brief.as_text, name="brief-text"),
    path("event/", event.index, name="events"),
    path("invitation/", invitation.create, name="invitations"),
    path("invitation/<uuid:invitation_id>/", invitation.show, name="invitation"),
    path("invitation/<uuid:invitation_id>/taking-back/", invitation.take_back, name="invitation-taking-back"),
    path("ending/", ending.create, name="ending"),
]

urlpatterns = [
    path("", home.show, name="home"),
    path("begin/", begin.create, name="begin"),
    path("join/agreed/", join.agreed, name="join-agreed"),
    path("join/<str:token>/", join.show, name="join"),
    path("join/<str:token>/no/", join.decline, name="join-decline"),
    path("r/<uuid:relationship_id>/", include(of_a_record)),
]
