/* <copy-words data-copied>: a button that copies the textarea inside. Without it, the text can be selected there. */

class CopyWords extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const state = this.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector("textarea").value);
      state.textContent = this.dataset.copied;
    });
  }
}

customElements.define("copy-words", CopyWords);
