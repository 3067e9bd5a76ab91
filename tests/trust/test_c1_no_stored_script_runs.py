"""C1: no payload that is shared through the real form runs, on any page, whatever is hovered, focused or clicked.

In Chromium each page defines `hit()` and listens to alert, prompt and confirm, to dialogs, and to what the policy had
to stop: nothing may even get that far.
"""

from contextlib import suppress

import pytest
from playwright.sync_api import Error

from relationships import prose
from tests.cast import pair, person, signed_in
from tests.drill import length
from tests.relationships.test_prose import outside_the_list
from tests.trust.payloads import payloads

pytestmark = pytest.mark.looks

LISTEN = """
window.hits = [];
for (const name of ["hit", "alert", "prompt", "confirm", "print"]) window[name] = () => window.hits.push(name);
addEventListener("securitypolicyviolation", (event) => window.hits.push("policy: " + event.effectiveDirective));
// A click leads nowhere but to a script: those of others and of ours are only looked at.
addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("a[href]");
  if (link && /^(https?|mailto):/.test(link.href)) event.preventDefault();
});
"""
TOUCH = """async () => {
  for (const fold of document.querySelectorAll("main details")) fold.open = true;
  const words = [...document.querySelectorAll("main .words *, main .exact, main .excerpt, main blockquote *")];
  for (const one of words) {
    for (const kind of ["pointerenter", "mouseover", "mouseenter", "mousemove", "wheel", "copy", "focus"])
      one.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));
    if (one.focus) one.focus();
    if (one.click) one.click();
  }
  await new Promise((done) => setTimeout(done, 50));
  return [words.length, window.hits];
}"""
EVERY = 12
"""Payloads to an entry, each a paragraph of its own."""


def test_nothing_is_outside_the_list(measured):
    every = payloads(length(1_500, 9_332))
    outside = [payload for payload in every if outside_the_list(prose.render(payload))]
    assert outside == []
    measured(f"{len(outside)} of {len(every):,} payloads outside the list, read three times over")


@pytest.fixture
def shared(transactional_db):
    """Two people and what one of them shared through the form."""
    people = pair(person("Wren"), person("Isko"))
    fit = [payload for payload in payloads(length(240, 6_000)) if prose.fault(payload) is None]
    client = signed_in(people.patient.person)
    for start in range(0, len(fit), EVERY):
        text = "\n\n".join(fit[start : start + EVERY])
        answer = client.post(f"/r/{people.relationship.pk}/write/", {"text": text, "kind": "value"})
        assert answer.status_code == 302
    return people, fit


def pages_of(people):
    record = f"/r/{people.relationship.pk}/"
    last = people.relationship.head().number
    yield from (f"{record}?before={number}" for number in range(last + 1, 3, -30))
    yield from (
        f"{record}{page}" for page in ("brief/?since=2020-01-01", "values/", "event/", "values/order/")
    )
    chosen = list(people.relationship.entries.order_by("number"))[:: length(10, 25)]
    ways = ("", "answer/", "reflection/")
    yield from (f"{record}entry/{entry.pk}/{way}" for entry in chosen for way in ways)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_runs_and_nobody_is_asked_for_anything(shared, sit, live_server, measured):
    people, fit = shared
    page = sit(people.clinician.person, width=1280)
    elsewhere, dialogs = [], []
    page.context.on(
        "request",
        lambda asked: None if asked.url.startswith(live_server.url) else elsewhere.append(asked.url),
    )
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.add_init_script(LISTEN)
    looked = touched = 0
    for path in pages_of(people):
        page.goto(path)
        words, hits = page.evaluate(TOUCH)
        assert hits == [], path
        looked, touched = looked + 1, touched + words
    assert touched > 100
    assert dialogs == []
    assert elsewhere == []
    measured(
        f"0 of {len(fit):,} ran in Chromium ({looked} pages, {touched:,} elements hovered, focused and clicked); "
        f"{len(elsewhere)} requests elsewhere"
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_same_payloads_do_run_where_nothing_is_in_their_way(windowless, measured):
    # Not `sit`, to which a page may not complain.
    page = windowless.new_page()
    page.add_init_script(LISTEN)
    page.goto("about:blank")
    ran = 0
    tried = payloads(length(240, 6_000))[: length(40, 200)]
    for payload in tried:
        with suppress(Error):  # It has led the page away, which is no hit.
            page.goto("about:blank")
            page.set_content(f"<main><div class='words'>{payload}</div></main>", wait_until="commit")
            ran += bool(page.evaluate(TOUCH)[1])
    page.close()
    assert ran > len(tried) // 20
    measured(f"control: {ran} of {len(tried)} run without a sanitiser")
