// Moves the secret of the one-time link from behind the `#`, which browsers send to nobody, into the form; the form of an
// invitation or of a new password is sent then, which opens the link and uses nothing up. Where the form was refused, the answer holds the secret
// already. Without scripts a person fills the field.
const field = document.querySelector("[name=secret]");

const take = () => {
  if (!field) return;
  const brought = location.hash.length > 1;
  if (brought) {
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
  }
  field.closest(".field").hidden = field.value !== "" && field.getAttribute("aria-invalid") !== "true";
  if (brought && "sendsItself" in field.form.dataset) field.form.requestSubmit();
};

addEventListener("hashchange", take);
take();
