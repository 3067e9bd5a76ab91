"""Sign-in links: for a newcomer's own machine, and never anywhere else."""

import datetime as dt

import pytest
from django.contrib.auth import get_user
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from accounts.sign_in import SALT, link_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def _in_development(settings):
    settings.DEBUG = True


@pytest.mark.usefixtures("_in_development")
class TestInDevelopment:
    def test_a_link_signs_its_person_in(self, client, ada):
        assert client.get(link_for(ada))["Location"] == "/"
        assert get_user(client) == ada

    def test_and_whoever_was_there_before_out(self, client, ada, make_person):
        tam = make_person("tam@example.org", name="Tam Ash")
        client.get(link_for(ada))
        client.get(link_for(tam))
        assert get_user(client) == tam

    @pytest.mark.parametrize(
        ("on", "goes"),
        [
            ("/begin/", "/begin/"),
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("javascript:alert(1)", "/"),
        ],
    )
    def test_it_leads_on_within_this_site_only(self, client, ada, on, goes):
        assert client.get(link_for(ada), {"next": on})["Location"] == goes

    def test_it_lasts_for_thirty_days(self, client, ada, monkeypatch):
        link, now = link_for(ada), timezone.now().timestamp()
        monkeypatch.setattr("time.time", lambda: now + dt.timedelta(days=30, seconds=1).total_seconds())
        assert client.get(link).status_code == 404

    def test_a_link_that_was_touched_is_not_found(self, client, ada):
        assert client.get(link_for(ada)[:-2] + "x/").status_code == 404
        assert client.get(f"/me/sign-in/{signing.dumps(str(ada.pk), salt='another')}/").status_code == 404
        assert not get_user(client).is_authenticated

    def test_a_closed_account_stays_out(self, client, make_person):
        assert client.get(link_for(make_person(is_active=False))).status_code == 404


class TestInProduction:
    def test_none_can_be_made(self, ada):
        with pytest.raises(ImproperlyConfigured):
            link_for(ada)

    def test_one_that_was_made_elsewhere_with_the_same_key_is_not_found(self, client, ada):
        link = f"/me/sign-in/{signing.dumps(str(ada.pk), salt=SALT)}/"
        assert client.get(link).status_code == 404
        assert not get_user(client).is_authenticated
