// Keys of the counter: a link or button with data-key="F4" is pressed by that key; the change is shown while typing.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) { event.preventDefault(); target.click(); }
});

// Integer fen from what was typed; NaN for anything that is not an amount.
const fen = (text) => {
  const found = /^[¥￥]?\s*([\d,]+)(?:\.(\d{1,2}))?$/.exec(text.trim());
  return found ? Number(found[1].replaceAll(",", "")) * 100 + Number((found[2] || "0").padEnd(2, "0")) : NaN;
};

document.addEventListener("input", () => {
  const change = document.querySelector("[data-change]");
  if (!change) return;
  const left = fen(document.querySelector("[data-tendered]").value) - fen(document.querySelector("[data-amount]").value);
  change.textContent = Number.isNaN(left) ? "–" : (left < 0 ? "−" : "") + "¥" + (Math.abs(left) / 100).toFixed(2);
});
