/* <leave-quickly data-to data-once data-twice>: around a form that leaves. Covers the page at once, ends the session,
   and puts another site in the page's place. Pressing Shift three times within five seconds does the same.

   Without it the form does all of that but the cover. */

const WITHIN = 5000; // milliseconds for three presses
const WORDS = 300; // milliseconds to save what was just typed
const ENDING = 700; // milliseconds to hear that the session has ended; it is ended in any case

const soon = (what, most) => Promise.race([what, new Promise((done) => setTimeout(done, most))]);

class LeaveQuickly extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.state = this.querySelector("[role=status]");
    this.presses = [];
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.leave();
    });
    this.pressed = (event) => this.hear(event);
    document.addEventListener("keydown", this.pressed);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.pressed);
  }

  // Another key in between, as in a capital letter, begins the count anew.
  hear(event) {
    if (event.key !== "Shift") this.presses = [];
    else if (!event.repeat) this.presses = [...this.presses.filter((at) => event.timeStamp - at < WITHIN), event.timeStamp];
    this.state.textContent = ["", this.dataset.once, this.dataset.twice][this.presses.length] ?? "";
    if (this.presses.length === 3) this.leave();
  }

  async leave() {
    document.body.classList.add("covered");
    const keepers = [...document.querySelectorAll("draft-keeper")];
    await soon(Promise.all(keepers.map((one) => one.now({ keepalive: true }))), WORDS);
    const ended = fetch(this.form.action, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => null);
    await soon(ended, ENDING);
    location.replace(this.dataset.to);
  }
}

customElements.define("leave-quickly", LeaveQuickly);
