// The few things pages cannot do with HTML alone. No inline handlers: the security policy forbids them.
"use strict";

// Pressing twice: the second press of a form that is on its way does nothing. The hidden key protects the server side.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});
// Coming back with the browser's own button shows the page as it was, so its forms may be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-print], [data-open], [data-close]");
  if (!target) return;
  if (target.hasAttribute("data-print")) window.print();
  if (target.dataset.open) document.getElementById(target.dataset.open).showModal();
  if (target.hasAttribute("data-close")) target.closest("dialog").close();
});

// A choice that filters at once: <select data-submit>.
document.addEventListener("change", (event) => {
  if (event.target.hasAttribute("data-submit")) event.target.form.requestSubmit();
});

// "/" goes to the search box, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
  const search = document.querySelector("[data-search]");
  if (search) { event.preventDefault(); search.focus(); }
});

// A refusal comes with its own message; bring it into view.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "refusal") event.target.scrollIntoView({ block: "nearest" });
});
