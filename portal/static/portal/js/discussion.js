// While somebody looks at a discussion, its Update link learns now and then whether something is
// new. Nothing moves until it is pressed.
(() => {
  "use strict";

  const [SOON, SELDOM] = [30_000, 600_000];
  let wait = SOON;
  let timer;

  // What the page has that is newer than itself: a comment that its reader has just posted.
  function known(link) {
    const after = Number(new URL(link.dataset.updates, location.href).searchParams.get("after"));
    const numbers = [...document.querySelectorAll(".comment")].map((comment) => Number(comment.id.slice(8)));
    return numbers.filter((number) => number > after).slice(0, 100).join();
  }

  async function ask() {
    const link = document.getElementById("update");
    if (!link) return;
    try {
      const answer = await fetch(`${link.dataset.updates}&known=${known(link)}`, { credentials: "omit" });
      const words = answer.ok && await answer.text();
      if (words && words !== link.textContent) link.textContent = words;
    } catch {
      // No network for now; the next time will tell.
    }
  }

  function askLater() {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    timer = setTimeout(async () => {
      await ask();
      wait = Math.min(wait * 1.5, SELDOM);
      askLater();
    }, wait);
  }

  document.addEventListener("visibilitychange", () => {
    wait = SOON;
    askLater();
  });
  document.addEventListener("DOMContentLoaded", () => {
    if (document.getElementById("update")) askLater();
    document.body.addEventListener("htmx:configRequest", ({ detail }) => {
      if (detail.elt.id === "update") detail.parameters.known = known(detail.elt);
    });
  });
})();
