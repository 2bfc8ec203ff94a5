// Forms and links that htmx works in place: what closes them, and what is said when one fails.
(() => {
  "use strict";

  const TROUBLE = "trouble";

  function sayTrouble(event) {
    const at = event.detail.elt.closest("form, .comment__actions") ?? event.detail.elt;
    const said = at.querySelector(`.${TROUBLE}`) ?? document.createElement("p");
    said.className = `notice notice--error ${TROUBLE}`;
    said.setAttribute("role", "alert");
    said.textContent = document.querySelector("meta[name=htmx-config]").dataset.trouble;
    if (at.matches("form:not([hidden]), .comment__actions")) at.append(said);
  }

  function forgetTrouble(event) {
    event.detail.elt.closest?.("form, .comment__actions")?.querySelector(`.${TROUBLE}`)?.remove();
  }

  // Only what was pressed is answered. Drafts that can't be saved and visits that can't be noted now
  // are tried again, and take no page away from under somebody who types.
  const isAsked = ({ detail }) => ["click", "submit"].includes(detail.requestConfig.triggeringEvent?.type);

  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => { if (isAsked(event)) sayTrouble(event); });
  }
  document.addEventListener("htmx:beforeRequest", (event) => { if (isAsked(event)) forgetTrouble(event); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.matches("main") && !isAsked(event)) event.detail.shouldSwap = false;
  });

  // Closing what was opened below a comment; what was typed is a draft by now.

  document.addEventListener("click", (event) => {
    const below = event.target.closest("[data-close]")?.closest(".below");
    if (!below) return;
    event.preventDefault();
    below.replaceChildren();
    below.parentElement.querySelector(".comment__actions a")?.focus();
  });

  // What opens is what is used next. One writes below what is quoted in the form.

  document.addEventListener("htmx:load", (event) => {
    const { elt } = event.detail;
    const first = elt.closest(".below") && elt.querySelector("textarea[name=body], input[type=radio], button, a");
    first?.focus();
    if (first?.matches("textarea")) first.setSelectionRange(first.value.length, first.value.length);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target.matches("textarea")) event.target.form?.requestSubmit();
  });
})();
