// A list that is put in order by dragging, with a mouse, a pen or a finger; its buttons do the same
// without this.
(() => {
  "use strict";

  const list = document.querySelector("[data-arrange]");
  const form = list && document.getElementById(list.dataset.arrange);
  if (!form) return;

  const EDGE = 60; // pixels: so near to the window's edge the page moves along
  const STEP = 8;

  const numbers = () => [...list.children].map((item) => item.dataset.number).join(",");
  const before = [...list.children];
  let dragged, pointer, y;
  for (const part of form.querySelectorAll("[data-arrange-help]")) part.hidden = false;

  // A finger scrolls the page, but for the grip; a mouse may take a line wherever nothing is pressed.
  function isTaken({ button, isPrimary, pointerType, target }) {
    if (button !== 0 || !isPrimary) return false;
    return target.closest("[data-grip]") || (pointerType === "mouse" && !target.closest("a, button"));
  }

  function place() {
    const others = [...list.children].filter((item) => item !== dragged);
    const next = others.find((item) => {
      const { top, height } = item.getBoundingClientRect();
      return y < top + height / 2;
    });
    if (dragged.nextElementSibling !== (next ?? null)) list.insertBefore(dragged, next ?? null);
  }

  function follow() {
    if (!dragged) return;
    if (y < EDGE) scrollBy(0, -STEP);
    if (y > innerHeight - EDGE) scrollBy(0, STEP);
    place();
    requestAnimationFrame(follow);
  }

  function letGo() {
    const item = dragged;
    dragged = null;
    item.classList.remove("pins__item--dragged");
    if (list.hasPointerCapture(pointer)) list.releasePointerCapture(pointer);
    return item;
  }

  function leave() {
    if (dragged) list.append(...before);
    if (dragged) letGo();
  }

  function add(name, value) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }

  list.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("[data-number]");
    if (dragged || !item || !isTaken(event)) return;
    [dragged, pointer, y] = [item, event.pointerId, event.clientY];
    list.setPointerCapture(pointer);
    item.classList.add("pins__item--dragged");
    follow();
  });

  list.addEventListener("pointermove", (event) => {
    if (event.pointerId === pointer) y = event.clientY;
  });

  list.addEventListener("pointerup", (event) => {
    if (!dragged || event.pointerId !== pointer) return;
    y = event.clientY;
    place();
    const item = letGo();
    if (list.children[before.indexOf(item)] === item) return;
    add("_order", numbers());
    add("moved", item.dataset.number);
    form.requestSubmit();
  });

  list.addEventListener("pointercancel", leave);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
  document.addEventListener("selectstart", (event) => { if (dragged) event.preventDefault(); });
})();
