"""Second locks for the people of these tests. What is allauth's inside stands here and nowhere else."""

import hashlib
import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN = "https://testserver"


class App:
    """An app that makes codes, on somebody's telephone."""

    def __init__(self, person: Any) -> None:
        self.secret = totp.generate_totp_secret()
        totp.TOTP.activate(person, self.secret)

    def code(self) -> str:
        counter = next(iter(totp.yield_hotp_counters_from_time()))
        return str(totp.format_hotp_value(totp.hotp_value(self.secret, counter)))


class Passkey:
    """A passkey, as a telephone keeps it: a key of its own, which signs what it is asked to."""

    def __init__(self, person: Any) -> None:
        self._begin(person)
        Authenticator.objects.create(
            user=person,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Blue", "credential": self._registered("AAAA")},
        )

    @classmethod
    def unregistered(cls, person: Any) -> "Passkey":
        passkey = cls.__new__(cls)
        passkey._begin(person)
        return passkey

    def _begin(self, person: Any) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(str(person.pk).encode()).digest()
        self.person = person

    def made(self, challenge: str) -> str:
        """What the telephone sends when it is asked to make one."""
        return json.dumps(self._registered(challenge))

    def _registered(self, challenge: str) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        seen = AuthenticatorData.create(sha256(b"testserver"), 0x45, 0, data)
        return self._sent(
            {
                "clientDataJSON": websafe_encode(self._client_data("webauthn.create", challenge)),
                "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
            }
        )

    def _client_data(self, what: str, challenge: str) -> bytes:
        return json.dumps({"type": what, "challenge": challenge, "origin": ORIGIN}).encode()

    def _sent(self, response: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }

    def shows(self, challenge: str) -> str:
        """What the telephone answers."""
        data = self._client_data("webauthn.get", challenge)
        seen = AuthenticatorData.create(sha256(b"testserver"), 0x05, 0)
        signature = self.key.sign(seen + sha256(data), ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            self._sent(
                {
                    "clientDataJSON": websafe_encode(data),
                    "authenticatorData": websafe_encode(seen),
                    "signature": websafe_encode(signature),
                    "userHandle": websafe_encode(str(self.person.pk).encode()),
                }
            )
        )

    def logs_in(self, client: Client) -> Any:
        asked = client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
        answer = self.shows(asked["request_options"]["publicKey"]["challenge"])
        return client.post("/accounts/2fa/webauthn/login/", {"credential": answer})

    def opens(self, client: Client, page: str = "/accounts/2fa/authenticate/") -> Any:
        """As the second step of a log-in, or as a proof."""
        asked = client.get(page).context["js_data"]["request_options"]
        return client.post(page, {"credential": self.shows(asked["publicKey"]["challenge"])})


def recovery_codes(person: Any) -> list[str]:
    return list(RecoveryCodes.activate(person).get_unused_codes())
