// The few lines that the plain forms are better with. They work without.

// An eye shows what is typed as a password, until it is sent. Its button may come and go with a dialog.
const unveil = (input, shown) => {
  input.type = shown ? "text" : "password";
};

document.addEventListener("click", (event) => {
  const eye = event.target.closest(".eye");
  const input = eye && document.getElementById(eye.getAttribute("aria-controls"));
  if (!input) return;
  const shown = input.type === "password";
  unveil(input, shown);
  eye.setAttribute("aria-pressed", String(shown));
});

document.addEventListener("submit", () => {
  for (const eye of document.querySelectorAll(".eye[aria-pressed=true]")) {
    unveil(document.getElementById(eye.getAttribute("aria-controls")), false);
    eye.setAttribute("aria-pressed", "false");
  }
}, true);

// Without a cookie nobody is signed in: better said before a password is typed than never.
const cookies = document.getElementById("no-cookies");
if (cookies) cookies.hidden = navigator.cookieEnabled;

// A refusal is the answer to a form. Its entry in the history becomes that of the form's page, so that Back asks nobody to send
// the form again; a link that was read stays where it is.
const trouble = document.getElementById("trouble");
const refused = document.querySelector("main form[method=post]");
if (trouble && refused && !document.querySelector("[name=secret]")) {
  history.replaceState(null, "", new URL(refused.action).pathname);
}

// A wait counts down, in its sentence and on the button that it holds up. By the clock: a page out of sight gets no ticks.
const waits = document.querySelector("[data-wait]");
const button = waits && refused?.querySelector("button.primary, button.danger");
if (button && trouble) {
  const wait = Object.assign(document.createElement("span"), { ariaLive: "off" });
  const [before, ...after] = trouble.textContent.split(waits.dataset.said);
  trouble.replaceChildren(before, wait, after.join(waits.dataset.said));
  const until = Date.now() + Number(waits.dataset.wait) * 1000;
  const label = button.textContent;
  const unit = (seconds) => (seconds > 90 ? "minute" : "second");
  const words = (count, unit) =>
    new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(count);
  const count = () => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    wait.textContent = words(unit(left) === "minute" ? Math.ceil(left / 60) : left, unit(left));
    button.textContent = left ? `${label} (${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")})` : label;
    button.toggleAttribute("aria-disabled", left > 0);
    if (left) setTimeout(count, 1000);
    else trouble.hidden = true;
  };
  refused.addEventListener("submit", (event) => {
    if (button.hasAttribute("aria-disabled")) event.preventDefault();
  });
  count();
}
