// Moves the secret of the one-time link from behind the `#`, which browsers send to nobody, into the form. Where the
// form was refused, the answer holds it already. Without scripts a person fills the field.
const field = document.querySelector("[name=secret]");

const take = () => {
  if (!field) return;
  if (location.hash.length > 1) {
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
  }
  field.closest(".field").hidden = field.value !== "" && field.getAttribute("aria-invalid") !== "true";
};

addEventListener("hashchange", take);
take();
