/* <draft-keeper data-save data-kept data-lost data-logged-out>: inside a form with a box for words.

   Saves a draft on the server a moment after typing stops, and when the page is left or hidden, which is
   all the warning a phone gives. Nothing is kept in the browser. Without it, "Keep as a draft" does the same. */

const PAUSE = 800; // milliseconds after the last key
const KEPT = ["text", "kind", "prompt", "happened_on", "due_on", "helped_by", "why"]; // what a draft holds

class DraftKeeper extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.state = this.querySelector("[role=status]");
    // Words typed before this script arrived differ from what the server sent.
    this.saved = this.sent();
    if (this.words() !== this.saved) this.soon();
    this.form.addEventListener("input", () => this.soon());
    this.form.addEventListener("submit", () => this.stop());
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit(this.querySelector("[name=do]"));
    });
    this.form.addEventListener("htmx:beforeRequest", () => this.stop());
    // Another form of the same page leads away or back here: what was typed is to be found again there.
    this.elsewhere = (event) => event.target !== this.form && this.now({ keepalive: true });
    document.addEventListener("submit", this.elsewhere);
    for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
      this.form.addEventListener(failure, () => this.notShared());
    }
    this.leaving = () => document.visibilityState === "hidden" && this.now({ keepalive: true });
    document.addEventListener("visibilitychange", this.leaving);
    addEventListener("pagehide", this.leaving);
    this.online = () => this.now();
    addEventListener("online", this.online);
  }

  disconnectedCallback() {
    this.stop();
    document.removeEventListener("submit", this.elsewhere);
    document.removeEventListener("visibilitychange", this.leaving);
    removeEventListener("pagehide", this.leaving);
    removeEventListener("online", this.online);
  }

  words() {
    const fields = new FormData(this.form);
    return KEPT.map((name) => fields.get(name) ?? "").join("\u0000");
  }

  // What stood in the form when it came from the server, named like `words`.
  sent() {
    const first = (name) => {
      const fields = [...this.form.querySelectorAll(`[name="${name}"]`)];
      const field = fields.length > 1 ? fields.find((one) => one.defaultChecked) : fields[0];
      return field ? (fields.length > 1 ? field.value : field.defaultValue) : "";
    };
    return KEPT.map(first).join("\u0000");
  }

  say(sentence) {
    this.state.textContent = sentence;
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.now(), PAUSE);
  }

  // The words are on their way to be shared: saving them now would leave a draft of what is shared already.
  stop() {
    clearTimeout(this.waiting);
    this.request?.abort();
    this.saved = this.words();
  }

  // It never arrived, so the words are a draft again, to be saved as soon as that is possible.
  notShared() {
    this.saved = null;
    this.say(this.dataset.lost);
  }

  get isUnsaved() {
    return this.words() !== this.saved;
  }

  async now({ keepalive = false, headers = { "X-Requested-With": "draft-keeper" } } = {}) {
    clearTimeout(this.waiting);
    const words = this.words();
    if (this.saving || words === this.saved) return;
    this.saving = true;
    this.request = new AbortController();
    try {
      const body = new FormData(this.form);
      const response = await fetch(this.dataset.save, {
        method: "POST",
        body,
        keepalive,
        redirect: "manual",
        signal: this.request.signal,
        headers,
      });
      await this.hear(response, words);
    } catch (error) {
      if (error.name !== "AbortError") this.say(this.dataset.lost);
    } finally {
      this.saving = false;
      if (this.saved === words && this.words() !== words) this.soon();
    }
  }

  async hear(response, words) {
    if (response.status === 403 || response.type === "opaqueredirect") return this.say(this.dataset.loggedOut);
    if (response.status >= 500) return this.say(this.dataset.lost);
    const answer = await response.json();
    if (answer.error) return this.say(answer.error);
    this.form.elements.draft.value = answer.draft ?? "";
    this.form.elements.version.value = answer.version ?? "";
    this.saved = words;
    this.say(answer.draft ? this.dataset.kept : "");
    this.dispatchEvent(new Event("draft-saved", { bubbles: true }));
  }
}

customElements.define("draft-keeper", DraftKeeper);
