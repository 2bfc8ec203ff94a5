// The moderators' keys. Each presses a button or follows a link that is on the page anyway.
(() => {
  "use strict";

  const isTyping = (element) => element.closest("textarea, select, input:not([type=checkbox]), [contenteditable]");
  const cases = () => [...document.querySelectorAll("[data-case]")];
  const current = () => document.activeElement.closest("[data-case]");

  function show(item) {
    if (!item) return;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }

  // Without a case in hand, "next" is the first that waits.
  function move(step) {
    const all = cases();
    const at = all.indexOf(current());
    if (at < 0) show(all.find((item) => !("done" in item.dataset)) ?? all[0]);
    else show(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
  }

  function press(key, scope) {
    const button = scope?.querySelector(`[data-key="${key}"]`);
    button?.click();
    return button;
  }

  function hide() {
    const button = press("h", current());
    button?.closest("details")?.querySelector("[data-number]")?.focus();
  }

  function undo() {
    const done = [...document.querySelectorAll("[data-done]")];
    press("u", current()?.matches("[data-done]") ? current() : done.at(-1) ?? document);
  }

  function toggleKeys() {
    const keys = document.querySelector("[data-keys]");
    if (keys) keys.open = !keys.open;
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    a: () => press("a", current()),
    s: () => press("s", current()),
    x: () => press("x", current()),
    o: () => press("o", current()),
    h: hide,
    u: undo,
    "?": toggleKeys,
  };

  function reason(number) {
    return current()?.querySelector(`details[open] [data-number="${number}"]`);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      const fold = current()?.querySelector("details[open]");
      if (fold) fold.open = false;
      show(current());
      return;
    }
    if (isTyping(event.target)) return;
    const act = KEYS[event.key] ?? (reason(event.key) && (() => reason(event.key).click()));
    if (!act) return;
    event.preventDefault();
    act();
  });

  // What was decided makes room for the next; what came back from an undo is in hand again.
  // Not before its own buttons are htmx’s: a quick key would leave the page.
  document.addEventListener("htmx:afterSettle", (event) => {
    const item = event.detail.elt.closest?.("[data-case]") ?? cases().find((one) => one.id === event.detail.elt.id);
    if (!item) return;
    show(item);
    if ("done" in item.dataset) move(1);
  });

  document.addEventListener("DOMContentLoaded", () => {
    const all = document.querySelector("[data-tick-all]");
    if (!all) return;
    all.hidden = false;
    all.addEventListener("click", () => {
      for (const box of document.querySelectorAll("[data-case] input[name=comment][type=checkbox]")) box.checked = true;
    });
  });
})();
