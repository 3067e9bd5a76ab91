"""Who each of the two is: on a page that its reader opens, by headings that are one's own, and perhaps with a picture."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from relationships import doors, kinds
from relationships.models import Participant, Picture, Reading, Relationship, Verb
from relationships.models.picture import SENT
from tests.cast import CANARY, pair, person, signed_in
from tests.relationships.views.shown import fields_of, links, main, press, shown

MINE = "portrait/mine/"
PICTURE = "portrait/picture/"
OURS = [str(one) for one in kinds.Portrait.doors]
KEYS = [one.name for one in kinds.Portrait.doors]
HOSTILE = "<script>alert(1)</script> \u05d0\u05d1\u05d2 " + "w" * 400


def page_of(chair):
    return f"portrait/{chair.participant.voice}/"


def tell(chair, text=f"One who {CANARY}.", door="people", **what):
    return chair.write(text, kind="portrait", door=door, **what)


def change(chair, name, text="", level=""):
    answers = {"door": {"level": level}} if level else None
    return chair.write(text, kind="change", door=f"portrait/{name}", answers=answers)


def own(chair, text="What I sing"):
    name = doors.new_name()
    change(chair, name, text)
    return name


def read(entry):
    return Reading.objects.filter(entry=entry).exists()


def pauses(chair):
    chair.participant.person.pauses_first = True
    chair.participant.person.save()


def offered(response):
    return [one.text for one in main(response).all("h3")]


def headings(response):
    return [one.text for one in main(response).one("article").all("h2")]


def words(response):
    return [one.text for one in main(response).all(class_="words")]


def photo(colour="green", size=(30, 20), kind="JPEG"):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return SimpleUploadedFile(f"{CANARY}.jpg", file.getvalue(), "image/jpeg")


def choose(chair, file, **how):
    return chair.client.post(chair.address + PICTURE, {"do": "keep", "picture": file}, **how)


# --- The page of both -----------------------------------------------------------------------------------


def test_the_page_of_both_names_both_and_shows_no_word_of_either(me, them):
    theirs, mine = tell(them, f"Theirs {CANARY}."), tell(me, f"Mine {CANARY}.")
    for chair, entry in ((me, theirs), (them, mine)):
        answer = chair.get("portrait/")
        assert CANARY not in answer.content.decode()
        assert not read(entry)
        faces = main(answer).all("section", class_="face")
        assert [face.one("h2").text for face in faces] == [seat.name for seat in me.relationship.seats]
        assert [face.classes[-1] for face in faces] == ["voice-one", "voice-two"]
        assert all("Last touched on" in face.text for face in faces)


def test_each_is_led_to_read_the_other_and_to_write_their_own(me, them):
    tell(them)
    page = main(me.get("portrait/"))
    assert page.one(class_="button").attrs["href"] == me.address + page_of(them)
    assert me.address + MINE in links(page)
    assert me.address + page_of(me) not in links(page)
    tell(me)
    assert {me.address + MINE, me.address + page_of(me), me.address + page_of(them)} <= set(
        links(main(me.get("portrait/")))
    )


def test_the_empty_page_says_what_will_be_here_and_has_one_thing_to_do(me):
    page = main(me.get("portrait/"))
    assert page.one(class_="button").attrs["href"] == me.address + MINE
    assert "One line is enough." in page.text
    assert "will stand here" in page.text
    assert "Last touched" not in page.text


def test_somebody_alone_can_begin(wren):
    alone = Relationship.begin(by=wren, side="patient")
    client = signed_in(wren)
    page = main(client.get(f"/r/{alone.pk}/portrait/"))
    assert len(page.all("section", class_="face")) == 2
    assert page.one(class_="button").attrs["href"] == f"/r/{alone.pk}/{MINE}"
    assert client.get(f"/r/{alone.pk}/portrait/one/").status_code == 200
    assert client.get(f"/r/{alone.pk}/portrait/two/").status_code == 404
    assert client.get(f"/r/{alone.pk}/portrait/two/picture/").status_code == 404


def test_it_was_touched_when_it_was_last_written_corrected_or_withdrawn(me, them, after):
    first = tell(me)
    days = []
    for act in (lambda: me.correct(first), lambda: me.withdraw(first)):
        with after(days=40 * (len(days) + 1)):
            act()
            tell(me, door="also") if not days else None
        days.append(main(them.get("portrait/")).one(id=f"face-{me.participant.voice}"))
    newest = max(entry.written_at for entry in me.relationship.entries.all())
    assert f"{newest:%B}" in main(them.get("portrait/")).text


def test_words_that_are_all_withdrawn_are_none(me, them):
    me.withdraw(tell(me))
    page = main(them.get("portrait/"))
    assert them.address + page_of(me) not in links(page)
    assert page.one(class_="button").attrs["href"] == them.address + MINE


# --- Reading --------------------------------------------------------------------------------------------


def test_both_read_the_same_page_of_one_of_them(me, them):
    tell(them, "I have a dog.", "people", helped_by="Tunde")
    tell(them, "The sea.", "most_important")
    for chair in (me, them):
        answer = chair.get(page_of(them))
        page = main(answer).one("article")
        assert page.one("h1").text == them.participant.name
        assert headings(answer) == [OURS[0], OURS[1]]
        assert words(answer) == ["The sea.", "I have a dog."]
        assert "Written with the help of Tunde" in page.text
        assert "Last touched on" in page.text
        assert f"Call me {them.participant.short_name}" in page.text
    assert (me.address + MINE in links(main(me.get(page_of(them))))) is False
    assert them.address + MINE in links(main(them.get(page_of(them))))


def test_to_open_it_is_to_have_read_it_and_whoever_wrote_it_sees_that(me, them):
    entry = tell(them)
    me.get(page_of(them))
    event = me.relationship.events.filter(verb=Verb.OPENED).get()
    assert (event.actor, event.page) == (me.participant, page_of(them))
    assert [one.entry for one in event.readings.all()] == [entry]
    assert "“Who we are”" in main(them.get("event/")).text


def test_to_look_at_ones_own_or_ahead_of_a_tap_reads_nothing(me, them):
    mine, theirs = tell(me), tell(them)
    me.get(page_of(me))
    me.get(MINE)
    me.client.head(me.address + page_of(them))
    me.client.get(me.address + page_of(them), headers={"Sec-Purpose": "prefetch"})
    assert not read(mine)
    assert not read(theirs)


def test_only_what_stood_on_the_page_was_read(me, them):
    theirs, elsewhere = tell(them), them.write("In the record.")
    mine = tell(me)
    them.answer(mine, "An answer on the page of its entry.")
    me.get(page_of(them))
    me.get(page_of(me))
    assert read(theirs)
    assert Reading.objects.count() == 1
    assert not read(elsewhere)


def test_the_wording_that_holds_stands_there_and_what_was_withdrawn_folds_away(me, them):
    corrected, gone = tell(them, "One dog."), tell(them, "A secret.", "also")
    them.correct(corrected, "Two dogs.")
    withdrawal = them.withdraw(gone, "Not for here.")
    answer = me.get(page_of(them))
    assert words(answer) == ["Two dogs."]
    assert "A secret." not in answer.content.decode()
    assert f"{me.address}entry/{gone.pk}/" in links(main(answer))
    assert "Not for here." in main(answer).one(class_="gone").text
    assert read(withdrawal)
    assert not read(gone)


def test_several_words_under_one_heading_stand_in_the_order_in_which_they_came(me, them):
    for text in ("first", "second", "third"):
        tell(them, text)
    answer = me.get(page_of(them))
    assert headings(answer) == [OURS[1]]
    assert words(answer) == ["first", "second", "third"]


def test_what_can_be_said_of_an_entry_stands_on_its_own_page(me, them):
    entry = tell(them)
    assert f"{me.address}entry/{entry.pk}/" in links(main(me.get(page_of(them))))
    assert f"{me.address}entry/{entry.pk}/reflection/" in links(main(me.get(f"entry/{entry.pk}/")))
    me.answer(entry, "So that is it.", kind="reflection")
    assert words(me.get(page_of(them))) == [f"One who {CANARY}."]


def test_hostile_words_names_and_headings_stand_there_as_words(me, them):
    them.participant.person.name = "<b>\u05d0</b>" + "n" * 60
    them.participant.person.save()
    name = own(them, "<i>\u05d0</i> & " + "h" * 80)
    tell(them, HOSTILE, name, helped_by="<u>Ann</u>")
    Picture.show(b"bytes", by=them.participant)
    for page in ("portrait/", page_of(them)):
        for chair in (me, them):
            answer = Chair_again(chair).get(page)
            assert "<script>alert" not in answer.content.decode()
            assert not main(answer).all("i", "u")
            assert main(answer).one("img").attrs["alt"].startswith("<b>")
    assert not main(them.get(MINE)).all("i", "u")


def Chair_again(chair):
    """The same one in a browser that knows how they are called by now."""
    chair.client = signed_in(chair.participant.person)
    return chair


@pytest.mark.parametrize("page", ["portrait/three/", "portrait/ONE/", "portrait/one", "portrait/two/picture"])
def test_there_are_two_voices(me, page):
    assert me.get(page).status_code in (301, 404)


# --- Whoever pauses before they open --------------------------------------------------------------------


def test_whoever_pauses_opens_it_all_at_once_or_one_by_one(me, them):
    pauses(me)
    old = tell(them, "Read before.", "people")
    me.get(f"{page_of(them)}", open="")
    assert read(old)
    entry = tell(them, f"Held {CANARY}.", "also")
    answer = me.get(page_of(them))
    assert words(answer) == ["Read before."]
    assert CANARY not in answer.content.decode()
    assert not read(entry)
    assert f"{me.address}entry/{entry.pk}/" in links(main(answer))
    opens = main(answer).one(class_="button").attrs["href"]
    answer = me.client.get(opens)
    assert f"Held {CANARY}." in words(answer)
    assert read(entry)
    assert not main(me.get(page_of(them))).all(class_="button")


def test_a_heading_in_the_words_of_the_other_waits_with_them(me, them):
    pauses(me)
    tell(them, "The sea.", own(them, f"Sung {CANARY}"))
    change(them, "also", f"Renamed {CANARY}")
    tell(them, "A secret.", "also")
    answer = me.get(page_of(them))
    assert CANARY not in answer.content.decode()
    assert headings(answer) == [OURS[6], "A heading of their own"]
    assert not Reading.objects.exists()
    answer = me.get(page_of(them), open="")
    assert headings(answer) == [f"Renamed {CANARY}", f"Sung {CANARY}"]
    assert Reading.objects.count() == 4
    assert headings(me.get(page_of(them))) == headings(answer)


def test_ones_own_words_never_wait(me, them):
    pauses(me)
    tell(me, "Mine.", own(me, "What I sing"))
    assert words(me.get(page_of(me))) == ["Mine."]
    assert "What I sing" in offered(me.get(MINE))


# --- Writing --------------------------------------------------------------------------------------------


def test_all_ten_doors_are_offered_to_both_and_nobody_is_asked_who_they_are(me):
    answer = me.get(MINE)
    assert offered(answer) == OURS
    under_work = main(answer).one("section", class_="of-work")
    assert [one.text for one in under_work.all("h3")] == OURS[7:]
    assert under_work.one("h2").text == "From your work, if you like"
    for name in KEYS:
        assert me.get(f"saying/portrait/{name}/").status_code == 200


def test_one_line_is_enough_and_leads_back_to_where_it_stands(me, them):
    page = main(me.get(MINE))
    begin = page.one(class_="button").attrs["href"]
    shares = f"Share with {them.participant.short_name}"
    answer = press(me.client, me.client.get(begin), shares, text="The sea.", helped_by="Ann")
    entry = me.relationship.entries.get()
    assert (entry.door, entry.text, entry.helped_by) == (KEYS[0], "The sea.", "Ann")
    assert answer["Location"] == f"{me.address}{MINE}#entry-{entry.pk}"
    part = main(me.get(MINE)).one(id=f"door-{KEYS[0]}")
    assert part.one(id=f"entry-{entry.pk}").one(class_="words").text == "The sea."
    assert {f"{me.address}entry/{entry.pk}/correction/", f"{me.address}entry/{entry.pk}/"} <= set(links(part))
    assert f"{me.address}saying/portrait/{KEYS[0]}/" in links(part)
    assert not main(me.get(MINE)).all(class_="button")


def test_my_page_is_of_my_words_only(me, them):
    tell(them, f"Theirs {CANARY}.")
    change(them, "also", f"Renamed {CANARY}")
    own(them, f"Sung {CANARY}")
    assert CANARY not in me.get(MINE).content.decode()
    assert offered(me.get(MINE)) == OURS


def test_words_that_were_told_elsewhere_first_stand_under_their_heading(me, them, wren, isko):
    here = me.participant.person
    other = pair(here, person("Another One"))
    seat = other.relationship.seat_of(here)
    name = doors.new_name()
    other.relationship.write(by=seat, text="What I sing", kind="change", door=f"portrait/{name}")
    words_there = [
        other.relationship.write(by=seat, text="Low.", kind="portrait", door=name, heading="What I sing"),
        other.relationship.write(
            by=seat, text="And slow.", kind="portrait", door=name, heading="What I sing"
        ),
        other.relationship.write(by=seat, text="The sea.", kind="portrait", door="people"),
    ]
    for entry in words_there:
        me.relationship.tell(entry, by=me.participant)
    answer = them.get(page_of(me))
    assert headings(answer) == [OURS[1], "What I sing"]
    assert words(answer) == ["The sea.", "Low.", "And slow."]
    assert offered(me.get(MINE)) == [*OURS[:7], "What I sing", *OURS[7:]]
    assert set(words(me.get(MINE))) == {"The sea.", "Low.", "And slow."}


# --- Doors of one's own ---------------------------------------------------------------------------------


def test_what_i_leave_out_is_left_out_for_me_and_not_for_the_other(me, them):
    tell(me, "Stays.")
    part = main(me.get(MINE)).one(id="door-people")
    button = part.one("button")
    assert button.text == f"Leave out : {OURS[1]}" or button.text == f"Leave out: {OURS[1]}"
    answer = press(me.client, me.get(MINE), button.text)
    assert answer["Location"] == f"{me.address}{MINE}#door-people"
    left_out = main(me.get(MINE)).one("section", class_="left-out")
    assert [one.text for one in left_out.all("h3")] == [OURS[1]]
    assert [one.text for one in left_out.all(class_="words")] == ["Stays."]
    assert "until you withdraw it" in left_out.text
    assert words(them.get(page_of(me))) == ["Stays."]
    assert offered(them.get(MINE)) == OURS
    again = main(me.get(MINE)).one(id="door-people").one("button").text
    assert again.startswith("Offer it again")
    assert press(me.client, me.get(MINE), again).status_code == 302
    assert offered(me.get(MINE)) == OURS


def test_left_out_twice_by_a_tap_that_was_slow_is_left_out_once(me):
    page = me.get(MINE)
    button = main(page).one(id="door-people").one("button").text
    for _tap in range(2):
        assert press(me.client, page, button).status_code == 302
    assert me.relationship.entries.of_kind("change").count() == 1


@pytest.mark.parametrize("page", ["leaving-out/", "offering/"])
def test_a_tap_takes_nothing_but_a_tap(me, page):
    assert me.get(f"portrait/doors/people/{page}").status_code == 405
    assert me.post(f"portrait/doors/people/{page}", submission="not-an-id").status_code == 302


def test_i_rename_a_heading_for_myself_and_my_words_stand_under_its_new_name(me, them):
    tell(me, "Stays.")
    answer = press(me.client, me.get("portrait/doors/people/"), "Rename it", text="My people, and the dog")
    assert answer["Location"] == f"{me.address}{MINE}#door-people"
    part = main(me.get(MINE)).one(id="door-people")
    assert part.one("h3").text == "My people, and the dog"
    assert f"at first: {OURS[1]}" in part.text
    assert headings(them.get(page_of(me))) == ["My people, and the dog"]
    assert offered(them.get(MINE)) == OURS
    assert main(me.get("saying/portrait/people/")).one("h1").text == "My people, and the dog"


def test_i_add_a_heading_of_my_own_and_write_under_it(me, them):
    answer = press(me.client, me.get("portrait/doors/adding/"), "Add it", text="What I sing")
    added = me.relationship.entries.get()
    name = added.door.partition("/")[2]
    assert answer["Location"] == f"{me.address}{MINE}#door-{name}"
    assert offered(me.get(MINE)) == [*OURS[:7], "What I sing", *OURS[7:]]
    assert me.post(f"saying/portrait/{name}/", do="share", text="Low.").status_code == 302
    answer = them.get(page_of(me))
    assert headings(answer) == ["What I sing"]
    assert words(answer) == ["Low."]
    assert read(added)


def test_the_same_form_sent_twice_adds_and_renames_once(me):
    for page, button in {"portrait/doors/adding/": "Add it", "portrait/doors/people/": "Rename it"}.items():
        form = me.get(page)
        for _sent in range(2):
            assert press(me.client, form, button, text=f"By {button}").status_code == 302
    assert me.relationship.entries.of_kind("change").count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write something first."),
        (" \u200b ", "Write something first."),
        ("w" * 121, "at most 120 characters"),
        ("a\u202eb", "direction of reading"),
        (OURS[0].upper(), "There is one with this name already."),
    ],
)
@pytest.mark.parametrize(
    ("page", "button"), [("portrait/doors/adding/", "Add it"), ("portrait/doors/people/", "Rename it")]
)
def test_a_name_that_cannot_be_one_is_kept_in_its_box_and_the_box_says_why(me, page, button, typed, sentence):
    answer = press(me.client, me.get(page), button, text=typed)
    assert answer.status_code == 422
    assert sentence in main(answer).text
    assert main(answer).one("input", name="text").attrs.get("value", "") == typed
    assert not me.relationship.entries.exists()


def test_to_be_called_as_it_is_called_is_no_change(me):
    answer = press(me.client, me.get("portrait/doors/people/"), "Rename it")
    assert answer.status_code == 422
    assert "It is called that already." in main(answer).text


def test_there_is_an_end_to_headings_of_ones_own(me):
    form = me.get("portrait/doors/adding/")
    for number in range(doors.MOST):
        own(me, f"Heading {number}")
    assert me.address + "portrait/doors/adding/" not in links(main(me.get(MINE)))
    answer = press(me.client, form, "Add it", text="One too many")
    assert answer.status_code == 422
    assert "There are enough of your own here." in main(answer).text
    assert press(me.client, me.get("portrait/doors/people/"), "Rename it", text="People").status_code == 302


def test_a_door_of_the_others_is_not_there_for_me(me, them):
    name = own(them)
    for page in (f"portrait/doors/{name}/", f"saying/portrait/{name}/", "portrait/doors/no_such/"):
        assert me.get(page).status_code == 404
        assert me.post(page, text="Mine now", do="share").status_code == 404
    for page in ("leaving-out/", "offering/"):
        assert me.post(f"portrait/doors/{name}/{page}").status_code == 404
    assert me.relationship.entries.count() == 1
    assert them.get(f"portrait/doors/{name}/").status_code == 200


# --- The picture ----------------------------------------------------------------------------------------


def test_a_picture_is_shown_to_both_with_the_name_for_those_who_cannot_see_it(me, them):
    assert choose(me, photo()).status_code == 302
    for chair in (me, them):
        for page in ("portrait/", page_of(me)):
            image = main(chair.get(page)).one("img")
            assert image.attrs["alt"] == me.participant.name
            answer = chair.client.get(image.attrs["src"])
            assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
            with Image.open(io.BytesIO(answer.content)) as shown_there:
                assert shown_there.size == (30, 20)
    assert not main(them.get(MINE)).all("img")


def test_the_picture_is_bytes_that_run_nothing_and_stay_nowhere(me, them):
    choose(them, photo())
    answer = me.get(f"{page_of(them)}picture/")
    assert answer["Content-Disposition"] == 'attachment; filename="picture.jpg"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert me.client.head(me.address + f"{page_of(them)}picture/").content == b""
    assert me.client.post(me.address + f"{page_of(them)}picture/").status_code == 405


def test_nothing_of_the_file_but_its_pixels_is_kept(me):
    file = photo()
    file.file.seek(0, io.SEEK_END)
    file.file.write(CANARY.encode())
    file.file.seek(0)
    assert choose(me, file).status_code == 302
    assert CANARY.encode() not in me.get(f"{page_of(me)}picture/").content


def test_another_one_takes_its_place_and_one_tap_takes_it_away(me, them):
    choose(me, photo("green"))
    first = bytes(Picture.objects.get().image)
    choose(me, photo("red"))
    assert bytes(Picture.objects.get().image) != first
    answer = press(me.client, me.get(PICTURE), "Take your picture away")
    assert answer["Location"] == me.address + MINE
    assert not Picture.objects.exists()
    assert them.get(f"{page_of(me)}picture/").status_code == 404
    assert not main(me.get(PICTURE)).all("img")


def test_nobody_takes_away_or_changes_the_picture_of_the_other(me, them):
    choose(them, photo("green"))
    theirs = bytes(Picture.objects.get().image)
    assert me.post(PICTURE, do="take-away").status_code == 302
    choose(me, photo("red"))
    assert bytes(Picture.objects.get(participant=them.participant).image) == theirs


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "Choose a picture first."),
        (b"", "could not be read as a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "could not be read as a picture"),
        (b"x" * (SENT + 1), "too large. Choose one of at most 10 MB and 25 megapixels"),
        (b"x" * SENT, "could not be read as a picture"),
    ],
    ids=["none", "empty", "svg", "large", "nearly"],
)
def test_what_is_no_picture_is_said_beside_its_box_and_the_old_one_stays(me, file, sentence):
    choose(me, photo())
    before = bytes(Picture.objects.get().image)
    data = {"do": "keep"} if file is None else {"do": "keep", "picture": SimpleUploadedFile("a.jpg", file)}
    answer = me.client.post(me.address + PICTURE, data)
    assert answer.status_code == 422
    field = main(answer).one(class_="is-wrong")
    assert sentence in field.one("p", class_="error").text
    assert field.one("input", name="picture").attrs["accept"] == "image/jpeg,image/png,image/webp"
    assert main(answer).one(role="alert")
    assert shown(answer).one("title").text.startswith("Error:")
    assert bytes(Picture.objects.get().image) == before


def test_what_is_larger_than_any_mistake_is_not_listened_to(me):
    answer = me.client.generic(
        "POST",
        me.address + PICTURE,
        b"--b\r\n",
        "multipart/form-data; boundary=b",
        headers={"Content-Length": str(5 * SENT)},
    )
    assert answer.status_code == 400


def test_several_files_are_no_way_round_the_limit(me):
    half = b"x" * (SENT // 2 + 1)
    data = {"do": "keep", "other": SimpleUploadedFile("a", half), "picture": SimpleUploadedFile("b", half)}
    answer = me.client.post(me.address + PICTURE, data)
    assert answer.status_code == 422
    assert "too large" in main(answer).text


def test_a_file_never_lies_on_the_disk(me, monkeypatch):
    def never(*_args, **_options):
        raise AssertionError("A file was written to the disk.")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", never)
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", never)
    assert choose(me, SimpleUploadedFile("a.png", b"x" * (SENT - 10))).status_code == 422
    assert choose(me, photo(size=(3000, 2000))).status_code == 302


def test_whoever_was_logged_out_meanwhile_is_led_to_log_in_and_nothing_breaks(me):
    answer = Client().post(me.address + PICTURE, {"do": "keep", "picture": photo()})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(me.participant.person)
    assert strict.post(me.address + PICTURE, {"do": "keep", "picture": photo()}).status_code == 403
    assert not Picture.objects.exists()


def test_the_page_says_what_becomes_of_it(me, them):
    text = main(me.get(PICTURE)).text
    assert "The place, the camera and the time stay behind." in text
    assert "An earlier one is not kept." in text
    assert f"{them.participant.short_name} and you see it" in text
    form = next(one for one in main(me.get(PICTURE)).all("form") if one.all(type="file"))
    assert form.attrs["enctype"] == "multipart/form-data"
    assert "csrfmiddlewaretoken" in fields_of(form)


# --- After the end --------------------------------------------------------------------------------------


def test_what_has_ended_is_read_and_takes_nothing_new(me, them):
    tell(me, "Stays.")
    choose(me, photo())
    them.relationship.end(by=them.participant)
    acts = me.relationship.events.count()
    assert words(them.get(page_of(me))) == ["Stays."]
    assert words(me.get(MINE)) == ["Stays."]
    assert not [one for one in links(main(me.get(MINE))) if "/saying/" in one or "/doors/" in one]
    assert not main(me.get(MINE)).all("form")
    ended = "This journal has ended."
    answer = choose(me, photo("red"))
    assert answer.status_code == 422
    assert ended in main(answer).one(class_="is-wrong").text
    for page in ("portrait/doors/adding/", "portrait/doors/people/"):
        answer = me.post(page, do="share", text="New")
        assert answer.status_code == 422
        assert ended in main(answer).text
    assert me.client.post(f"{me.address}portrait/doors/people/leaving-out/", follow=True).status_code == 200
    assert (
        me.relationship.events.count() - acts
        == me.relationship.events.filter(verb=Verb.OPENED, number__gt=acts).count()
    )
    press(me.client, me.get(PICTURE), "Take your picture away")
    assert not Picture.objects.exists()


# --- Nobody else ----------------------------------------------------------------------------------------

ADDRESSES = [
    "portrait/",
    MINE,
    PICTURE,
    "portrait/one/",
    "portrait/two/",
    "portrait/one/picture/",
    "portrait/two/picture/",
    "portrait/doors/adding/",
    "portrait/doors/people/",
]


def test_a_stranger_finds_the_same_nothing_as_for_what_is_not_there(me, them, stranger):
    for chair in (me, them):
        tell(chair)
        choose(chair, photo())
    outside = signed_in(stranger)
    pictures = [bytes(one.image) for one in Picture.objects.all()]
    for page in ADDRESSES:
        assert me.get(page).status_code == 200, page
        for ask in (outside.get, outside.post, outside.head):
            answer = ask(me.address + page)
            unknown = ask(f"/r/{uuid.uuid4()}/{page}")
            assert (answer.status_code, unknown.status_code) == (404, 404), page
            assert answer.headers.get("Content-Security-Policy") == unknown.headers["Content-Security-Policy"]
            assert len(answer.content) == len(unknown.content)
    assert outside.post(me.address + PICTURE, {"do": "keep", "picture": photo("red")}).status_code == 404
    assert outside.post(me.address + PICTURE, {"do": "take-away"}).status_code == 404
    assert [bytes(one.image) for one in Picture.objects.all()] == pictures


def test_a_picture_that_is_not_there_looks_like_one_that_is_somebody_elses(me, stranger):
    theirs = Participant.objects.get(person=stranger)
    Picture.show(b"theirs", by=theirs)
    mine = me.get("portrait/one/picture/")
    foreign = me.client.get(f"/r/{theirs.relationship_id}/portrait/one/picture/")
    assert (mine.status_code, foreign.status_code) == (404, 404)
    assert mine.headers.keys() == foreign.headers.keys()


# --- What it costs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["portrait/", MINE, "portrait/one/", "portrait/two/"])
def test_a_page_costs_the_same_for_one_line_and_for_a_hundred(me, them, page):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert me.get(page).status_code == 200
        return len(queries)

    for chair in (me, them):
        tell(chair)
        own(chair, "First")
    me.get(page)
    few = asked()
    for number in range(12):
        for chair in (me, them):
            entry = tell(chair, f"number {number}", KEYS[number % 10])
            chair.correct(entry)
            chair.answer(entry)
            own(chair, f"Heading {number}")
            if number % 4 == 0:
                chair.withdraw(entry)
    me.get(page)
    assert asked() == few
    assert few <= 9


def test_the_page_is_bounded(me, them, monkeypatch):
    monkeypatch.setattr("relationships.views.portrait.NEWEST", 5)
    for number in range(9):
        tell(them, f"number {number}")
    assert words(me.get(page_of(them))) == [f"number {number}" for number in range(4, 9)]
