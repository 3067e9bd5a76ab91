/* <copy-words data-copied data-refused>: a button that copies the textarea inside. Where the browser does not allow
   that, it says so and shows the text, selected; without this script, the text can be selected there. */

class CopyWords extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => this.copy());
  }

  async copy() {
    const text = this.querySelector("textarea");
    const state = this.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(text.value);
      state.textContent = this.dataset.copied;
    } catch {
      state.textContent = this.dataset.refused;
      this.querySelector("details").open = true;
      text.focus();
      text.select();
    }
  }
}

customElements.define("copy-words", CopyWords);
