// One box ticks all of a list: <input type="checkbox" data-tick-all="name of the boxes">.
"use strict";

document.addEventListener("change", (event) => {
  const name = event.target.dataset.tickAll;
  if (!name) return;
  event.target.form.querySelectorAll(`input[type=checkbox][name="${name}"]`).forEach((box) => { box.checked = event.target.checked; });
});

// A slider beside a number: <input type="range" data-slides="id of the number">. The number is what is sent.
document.addEventListener("input", (event) => {
  const slider = event.target.dataset.slides ? event.target : document.querySelector(`[data-slides="${CSS.escape(event.target.id)}"]`);
  if (!slider) return;
  const number = document.getElementById(slider.dataset.slides);
  if (event.target === slider) number.value = slider.value; else slider.value = number.value;
});
