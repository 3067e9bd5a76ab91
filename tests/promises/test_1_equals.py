"""What one may do, the other may do. The two see the same page."""


def test_both_write_and_both_read_it(me, them):
    mine, theirs = me.write("From me."), them.write("From them.")
    for chair in (me, them):
        page = chair.get().content.decode()
        assert "From me." in page
        assert "From them." in page
    assert mine.author == me.participant
    assert theirs.author == them.participant


def test_words_are_shared_from_the_page(me, them):
    shown = me.get("write/")
    answer = me.post("write/", text="My sister is back.", kind="life_context", submission=shown.context["form"]["submission"].value())
    assert answer.status_code == 302
    assert "My sister is back." in them.get().content.decode()
