// twofold: begin
const passed = () => document.querySelector("#passed").requestSubmit();
document.querySelector("twofold-challenge").addEventListener("twofold:passed", passed);
// twofold: end
