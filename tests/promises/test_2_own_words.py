"""Only you write or correct your words. The other can answer or see it differently, and both stand side by side."""


def page_of(chair, entry) -> str:
    return chair.get(f"entry/{entry.pk}/").content.decode()


def test_nobody_else_can_put_my_words_differently_or_withdraw_them(me, them):
    entry = me.write("I am not ready.")
    for way in ("correction", "withdrawal"):
        assert them.get(f"entry/{entry.pk}/{way}/").status_code == 404
        assert them.post(f"entry/{entry.pk}/{way}/", text="I am ready.").status_code == 404
        assert way not in page_of(them, entry)
        assert me.get(f"entry/{entry.pk}/{way}/").status_code == 200
        assert way in page_of(me, entry)
    assert list(me.relationship.entries.values_list("text", flat=True)) == ["I am not ready."]


def test_i_can(me, them):
    entry = me.write("I am not ready.")
    assert me.post(f"entry/{entry.pk}/correction/", text="I am nearly ready.").status_code == 302
    assert "I am nearly ready." in them.get().content.decode()
    assert me.post(f"entry/{entry.pk}/withdrawal/", text="It was the day.").status_code == 302
    assert "withdrew this" in them.get().content.decode()


def test_my_words_stand_exactly_as_i_typed_them(me, them):
    typed = "Well…\n\n  *not* <b>bold</b> & 5 < 6, *\n"
    entry = me.write(typed)
    page = page_of(them, entry)
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; 5 &lt; 6" in page
    assert entry.text == typed
    assert f'<p class="exact" dir="auto">{"Well…"}' in page


def test_the_other_can_see_it_differently_and_both_stand_side_by_side(me, them):
    entry = me.write("We decided to wait.")
    help_page = them.get(f"entry/{entry.pk}/answer/differently/").content.decode()
    assert "neither of you has to be wrong" in help_page
    assert "We decided to wait." in help_page
    assert them.post(f"entry/{entry.pk}/answer/differently/", text="I had only asked.").status_code == 302
    for chair in (me, them):
        for page in (chair.get().content.decode(), page_of(chair, entry)):
            assert "We decided to wait." in page
            assert "I had only asked." in page
            assert 'class="error"' not in page


def test_each_wording_says_who_wrote_it(me, them):
    entry = me.write("Mine.")
    them.answer(entry, "Theirs.")
    page = page_of(me, entry)
    for chair in (me, them):
        assert f"<bdi>{chair.participant.short_name}</bdi>" in page
        assert f"voice-{chair.participant.voice}" in page


def test_somebody_who_helped_is_named_and_the_words_remain_mine(me, them):
    assert me.post("write/", text="With my niece.", helped_by="Ines").status_code == 302
    assert me.relationship.entries.get().author == me.participant
    assert "Written with the help of <bdi>Ines</bdi>" in them.get().content.decode()


def test_nobody_writes_in_my_name(me, them):
    """Whatever a form says: who writes is who is logged in."""
    them.post(
        "write/", text="Hello.", author=me.participant.pk, by=me.participant.pk, actor=me.participant.pk
    )
    assert me.relationship.entries.get().author == them.participant
