/* <session-keeper data-left data-log-in data-says data-kept>: says two minutes before a session ends that it will, and
   one press stays. When it has ended, nothing stays on the screen: the log-in page stands in its place, and leads back.

   The server alone ends sessions, and is asked before anything is said: somebody may have written in another tab. To
   ask is not to be there, so asking makes none any longer. */

const WARNING = 120; // seconds
const ASKING = { "X-Requested-With": "session-keeper" };

class SessionKeeper extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.state = this.querySelector("[role=status]");
    this.button = this.querySelector("button");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.stay();
    });
    this.lasts(Number(this.dataset.left));
    // A machine that slept has not counted.
    document.addEventListener("visibilitychange", () => this.look());
    document.addEventListener("draft-saved", () => this.isWarning && this.ask());
    // A page from the browser's memory was not asked of the server: it is loaded anew, and not seen before that.
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.cover(true);
      location.reload();
    });
  }

  get isWarning() {
    return !this.button.hidden || this.state.textContent !== "";
  }

  lasts(seconds) {
    this.end = Date.now() + seconds * 1000;
    this.look();
  }

  // Wait until there is something to say, or to do.
  look() {
    clearTimeout(this.waiting);
    const left = this.end - Date.now();
    const next = this.isWarning ? left : left - WARNING * 1000;
    if (next > 0) this.waiting = setTimeout(() => this.look(), Math.min(next, 2 ** 31 - 1));
    else this.ask();
  }

  async ask() {
    clearTimeout(this.waiting);
    this.cover(this.end <= Date.now());
    const answer = await this.fetch({ headers: ASKING });
    if (!answer || answer.left <= 0) return this.over();
    this.cover(false);
    this.end = Date.now() + answer.left * 1000;
    if (answer.left > WARNING) this.quiet();
    else this.warn(answer.can_stay);
    this.look();
  }

  // Neither an answer nor a line to the server: then it is over.
  async fetch(options) {
    try {
      const response = await fetch(this.form.action, { redirect: "manual", ...options });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  warn(canStay) {
    this.button.hidden = !canStay;
    const time = new Date(this.end).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const kept = this.keepers.length ? ` ${this.dataset.kept}` : "";
    const sentence = this.dataset.says.replace("TIME", time) + kept;
    if (this.state.textContent !== sentence) this.state.textContent = sentence;
    this.keep();
  }

  quiet() {
    if (this.contains(document.activeElement)) document.querySelector("main").focus();
    this.state.textContent = "";
    this.button.hidden = true;
  }

  async stay() {
    const answer = await this.fetch({ method: "POST", body: new FormData(this.form) });
    if (!answer) return this.ask();
    this.quiet();
    this.lasts(answer.left);
  }

  get keepers() {
    return [...document.querySelectorAll("draft-keeper")];
  }

  // What is typed and not saved yet. Nobody is there who would have done it, so it makes no session longer.
  keep() {
    return Promise.all(this.keepers.map((one) => one.now({ headers: ASKING })));
  }

  // Words that could not be saved are the one thing that stays; all else goes.
  over() {
    if (this.keepers.some((one) => one.isUnsaved)) {
      document.body.classList.add("words-only");
      return this.cover(false);
    }
    const back = encodeURIComponent(location.pathname + location.search);
    location.replace(`${this.dataset.logIn}?next=${back}`);
  }

  cover(is) {
    document.body.classList.toggle("covered", is);
  }
}

customElements.define("session-keeper", SessionKeeper);
