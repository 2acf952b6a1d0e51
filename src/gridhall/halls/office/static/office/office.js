// One box ticks all of a list: <input type="checkbox" data-tick-all="name of the boxes">.
"use strict";

document.addEventListener("change", (event) => {
  const name = event.target.dataset.tickAll;
  if (!name) return;
  event.target.form.querySelectorAll(`input[type=checkbox][name="${name}"]`).forEach((box) => { box.checked = event.target.checked; });
});
