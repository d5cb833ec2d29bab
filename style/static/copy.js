// Copies what a readonly input holds. Where the browser lets no script copy (a page over plain http, say), it selects the
// text and says how to copy it.
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
      status.textContent = button.dataset.selected;
    }
  });
}
