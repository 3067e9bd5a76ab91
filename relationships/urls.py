"""The addresses of the record. Every one under `/r/<id>/` goes through the door (`access.door`)."""

from django.urls import URLPattern, URLResolver, include, path

from relationships.views import (
    account,
    answer,
    arrival,
    begin,
    brief,
    calendar,
    consult,
    correction,
    draft,
    ending,
    entry,
    event,
    handing_over,
    home,
    hope,
    invitation,
    join,
    promise,
    questions,
    record,
    room,
    today,
    withdrawal,
    write,
)

of_an_entry = [
    path("", entry.show, name="entry"),
    path("answer/", answer.create, name="answer"),
    path("answer/differently/", answer.create_differently, name="answer-differently"),
    path("correction/", correction.create, name="correction"),
    path("withdrawal/", withdrawal.create, name="withdrawal"),
    path("keeping/", promise.keep, name="keeping"),
    path("releasing/", promise.release, name="releasing"),
    path("moving/", promise.move, name="moving"),
    path("talked-about/", room.talked_about, name="talked-about"),
]

of_a_consult = [
    path("", consult.show, name="consult"),
    path("moving/", consult.move, name="consult-moving"),
    path("calling-off/", consult.call_off, name="consult-calling-off"),
    path("meeting/", consult.meet, name="consult-meeting"),
    path("brief/", brief.of_a_consult, name="consult-brief"),
    path("brief/text/", brief.of_a_consult_as_text, name="consult-brief-text"),
    path("hope/", hope.create, name="hope"),
    path("hope/more/", hope.create_more, name="hope-more"),
    path("arrival/", arrival.create, name="arrival"),
    path("room/", room.show, name="room"),
    path("handing-over/", handing_over.create, name="handing-over"),
    path("account/", account.create, name="account"),
    path("questions/", questions.create, name="questions"),
]

of_a_record: list[URLPattern | URLResolver] = [
    path("", record.show, name="record"),
    path("write/", write.create, name="write"),
    path("draft/", draft.save, name="draft"),
    path("draft/discarding/", draft.discard, name="draft-discarding"),
    path("entry/<uuid:entry_id>/", include(of_an_entry)),
    path("brief/", brief.show, name="brief"),
    path("brief/text/", brief.as_text, name="brief-text"),
    path("consult/", consult.index, name="consults"),
    path("consult/planning/", consult.plan, name="consult-planning"),
    path("consult/unplanned/", consult.meet_unplanned, name="consult-unplanned"),
    path("consult/over-time/", questions.over_time, name="over-time"),
    path("consult/<uuid:consult_id>/", include(of_a_consult)),
    path("promise/", promise.create, name="promise"),
    path("event/", event.index, name="events"),
    path("invitation/", invitation.create, name="invitations"),
    path("invitation/<uuid:invitation_id>/", invitation.show, name="invitation"),
    path("invitation/<uuid:invitation_id>/taking-back/", invitation.take_back, name="invitation-taking-back"),
    path("ending/", ending.create, name="ending"),
]

urlpatterns = [
    path("", home.show, name="home"),
    path("today/", today.show, name="today"),
    path("today/briefs/", today.briefs, name="today-briefs"),
    path("handed-over/", handing_over.write, name="handed-over"),
    path("handed-over/end/", handing_over.end, name="handed-over-end"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar-feed"),
    path("begin/", begin.create, name="begin"),
    path("join/agreed/", join.agreed, name="join-agreed"),
    path("join/<str:token>/", join.show, name="join"),
    path("join/<str:token>/no/", join.decline, name="join-decline"),
    path("r/<uuid:relationship_id>/", include(of_a_record)),
]
