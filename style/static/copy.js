// Copies what a readonly input holds. A page over plain http has no clipboard: it copies what is selected. Where the browser
// does not let it do that either, it says how to copy it by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  const input = document.getElementById(button.dataset.copies);
  const status = document.getElementById("copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
      status.textContent = button.dataset.copied;
    } catch {
      input.focus();
      input.select();
      const copied = document.execCommand("copy");
      status.textContent = copied ? button.dataset.copied : button.dataset.selected;
    }
  });
}
