/* <pass-key data-options | data-options-at, data-makes>: around a form whose button asks the device for a passkey, or
   makes one. What the device answers is sent in the box named "credential". Without this script, or on a device that
   knows no passkeys, the button is not there and the page says so. */

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const read = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

class PassKey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.querySelector("[data-without]")?.remove();
    for (const one of this.querySelectorAll("[data-with]")) one.hidden = false;
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
  }

  async ask() {
    const state = this.querySelector("[role=alert]");
    state.hidden = true;
    try {
      const { publicKey } = await this.options();
      publicKey.challenge = bytes(publicKey.challenge);
      const answer = "makes" in this.dataset ? await this.made(publicKey) : await this.shown(publicKey);
      this.form.elements.credential.value = JSON.stringify(answer);
      this.form.submit();
    } catch {
      state.hidden = false;
    }
  }

  async options() {
    if (this.dataset.options) return JSON.parse(this.dataset.options);
    const answer = await fetch(this.dataset.optionsAt, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  }

  async made(publicKey) {
    publicKey.user.id = bytes(publicKey.user.id);
    publicKey.excludeCredentials = read(publicKey.excludeCredentials);
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    };
    const made = await navigator.credentials.create({ publicKey });
    const { clientDataJSON, attestationObject } = made.response;
    return this.sent(made, {
      clientDataJSON: text(clientDataJSON),
      attestationObject: text(attestationObject),
      transports: made.response.getTransports?.() ?? [],
    });
  }

  async shown(publicKey) {
    publicKey.allowCredentials = read(publicKey.allowCredentials);
    const shown = await navigator.credentials.get({ publicKey });
    const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response;
    return this.sent(shown, {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    });
  }

  sent(credential, response) {
    return {
      type: credential.type,
      id: credential.id,
      rawId: text(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  }
}

customElements.define("pass-key", PassKey);
