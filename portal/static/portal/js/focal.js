// The focal point of a picture: chosen by a click, or with the arrow keys, and shown with the parts
// that crops keep of it. The two numbers of the form stay what is sent.
(() => {
  "use strict";

  const STEP = 0.02;
  const chooser = document.getElementById("focal");
  const across = document.getElementById("id_focal_x");
  const down = document.getElementById("id_focal_y");
  if (!chooser || !across || !down) return;

  const picture = chooser.querySelector("[data-focal=picture]");
  const mark = chooser.querySelector("[data-focal=mark]");
  const crops = [...chooser.querySelectorAll("[data-focal=crop]")];
  const file = document.getElementById("id_file");

  const fraction = (value, otherwise = 0.5) => {
    const number = Number.parseFloat(value);
    return Number.isFinite(number) ? Math.min(Math.max(number, 0), 1) : otherwise;
  };

  // As news.renditions cuts: the point in the middle, as far as the picture reaches.
  function place(whole, part, point) {
    const rest = whole - part;
    return rest > 0 ? (Math.min(Math.max(point * whole - part / 2, 0), rest) / rest) * 100 : 50;
  }

  function show() {
    const [x, y] = [fraction(across.value), fraction(down.value)];
    mark.style.left = `${x * 100}%`;
    mark.style.top = `${y * 100}%`;
    const { naturalWidth: width, naturalHeight: height } = picture;
    if (!width) return;
    for (const crop of crops) {
      const ratio = Number(crop.dataset.ratio);
      const part = Math.min(width, height * ratio);
      crop.style.objectPosition = `${place(width, part, x)}% ${place(height, part / ratio, y)}%`;
    }
  }

  function choose(x, y) {
    across.value = fraction(x).toFixed(3);
    down.value = fraction(y).toFixed(3);
    show();
  }

  picture.parentElement.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    if (event.detail) choose((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  });

  picture.parentElement.addEventListener("keydown", (event) => {
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    if (x === undefined) return;
    event.preventDefault();
    choose(fraction(across.value) + x * STEP, fraction(down.value) + y * STEP);
  });

  function read(chosen) {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      for (const image of [picture, ...crops]) image.src = reader.result;
      chooser.hidden = false;
    });
    reader.readAsDataURL(chosen);
  }

  file?.addEventListener("change", () => {
    const chosen = file.files[0];
    if (chosen?.type.startsWith("image/")) read(chosen);
  });
  picture.addEventListener("load", show);
  for (const input of [across, down]) input.addEventListener("input", show);
  chooser.hidden = !picture.getAttribute("src");
  show();
})();
