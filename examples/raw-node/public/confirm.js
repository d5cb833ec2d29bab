// twofold: begin
addEventListener("twofold:passed", ({ target }) => target.closest("form").requestSubmit());
// twofold: end
