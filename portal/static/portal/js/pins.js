// A list that is put in order by dragging; its buttons do the same without this.
(() => {
  "use strict";

  const list = document.querySelector("[data-arrange]");
  const form = list && document.getElementById(list.dataset.arrange);
  if (!form) return;

  const numbers = () => [...list.children].map((item) => item.dataset.number).join(",");
  const before = numbers();
  let dragged;
  form.querySelector("[data-arrange-help]").hidden = false;

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    dragged.classList.add("pins__item--dragged");
  });

  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    if (over !== dragged) over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
  });

  list.addEventListener("drop", (event) => event.preventDefault());

  list.addEventListener("dragend", () => {
    dragged?.classList.remove("pins__item--dragged");
    dragged = null;
    if (numbers() === before) return;
    const order = document.createElement("input");
    Object.assign(order, { type: "hidden", name: "_order", value: numbers() });
    form.append(order);
    form.requestSubmit();
  });
})();
