"""Passkeys in a real Chromium: added, and logged in with. The device is one that Chromium makes up itself."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.cast import PASSWORD

pytestmark = pytest.mark.looks


@pytest.fixture
def with_a_device(settings: Any) -> Any:
    """Lets a page believe that a telephone is at hand, whose owner says yes."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

    def give(page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        device = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        session.send("WebAuthn.addVirtualAuthenticator", {"options": device})

    return give


def test_a_passkey_is_added_and_lets_its_owner_in(sit: Sit, world: Any, with_a_device: Any) -> None:
    page = sit(world.wren, "/me/settings/")
    with_a_device(page)
    page.get_by_role("link", name="A second lock").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What you call it").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)

    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="Your journals")).to_be_visible()

    page.goto("/me/log-ins/")
    expect(page.get_by_text("Logged in with a passkey, on a computer")).to_be_visible()


def test_a_passkey_opens_the_second_lock_and_is_a_proof(sit: Sit, world: Any, with_a_device: Any) -> None:
    page = sit(world.wren, "/accounts/2fa/webauthn/add/")
    with_a_device(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.locator("main [name=login]").fill(world.wren.email)
    page.locator("main [name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Your journals")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/reauthenticate/?next=/me/calendar/")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Your appointments in your own calendar")).to_be_visible()


def test_a_device_without_passkeys_says_so_and_the_other_ways_are_there(sit: Sit, world: Any) -> None:
    page = sit(world.wren, "/accounts/2fa/webauthn/add/", javascript=False)
    expect(page.get_by_text("This browser does not know passkeys")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    out = sit(path="/accounts/login/", javascript=False)
    expect(out.get_by_role("button", name="Log in with a passkey")).to_be_hidden()
    expect(out.get_by_role("link", name="Send me a code")).to_be_visible()


def test_a_device_that_says_no_leaves_one_where_one_was(sit: Sit, world: Any) -> None:
    page = sit(path="/accounts/login/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "isUserVerified": False}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device | {"hasUserVerification": True}})
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("alert")).to_have_text(
        "The passkey did not work. Try once more, or choose another way."
    )
