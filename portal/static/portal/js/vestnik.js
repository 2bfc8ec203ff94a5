// What makes pages pleasanter where scripts run; nothing here is needed to read, write or subscribe.
// It stands in the head and is small, so that the theme is right before the first paint.
(() => {
  "use strict";

  const root = document.documentElement;
  root.classList.add("js");

  // Theme: the system's, unless a reader chose; Django's admin keeps the choice under the same key.

  const THEMES = ["auto", "light", "dark"];

  function chosenTheme() {
    try {
      const theme = localStorage.getItem("theme");
      return THEMES.includes(theme) ? theme : "auto";
    } catch {
      return "auto";
    }
  }

  function showTheme(theme) {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.querySelector("[data-theme-label]").textContent = button.dataset[theme];
    }
  }

  function nextTheme() {
    const theme = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length];
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Private windows may keep nothing: the choice holds for this page.
    }
    showTheme(theme);
  }

  showTheme(chosenTheme());

  // Times: in the reader's zone, in the words of the server's `moment` tag. Readers with an account
  // have told us their zone, and the server has used it.

  function localWords(date, style) {
    const now = new Date();
    const pad = (number) => String(number).padStart(2, "0");
    const hour = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
    if (style === "brief" && date.toDateString() === now.toDateString()) return hour;
    const day = dayAndMonth(date);
    const year = date.getFullYear();
    if (style !== "brief" && style !== "short") return `${day} ${year}, ${hour}`;
    if (year !== now.getFullYear()) return `${day} ${year}`;
    return style === "brief" ? day : `${day}, ${hour}`;
  }

  let dayFormat; // made at its first use: most readers live in the site's zone and need none

  function dayAndMonth(date) {
    const language = root.lang === "en" ? "en-GB" : root.lang;
    dayFormat ??= new Intl.DateTimeFormat(language, { day: "numeric", month: "long" });
    return dayFormat.format(date);
  }

  function isServersTime(date, text) {
    const [day, hour, minute] = [text.slice(8, 10), text.slice(11, 13), text.slice(14, 16)].map(Number);
    return date.getDate() === day && date.getHours() === hour && date.getMinutes() === minute;
  }

  function showLocalTimes(scope) {
    if ("zoned" in root.dataset) return;
    for (const time of scope.querySelectorAll("time[data-local]")) {
      const [date, style] = [new Date(time.dateTime), time.dataset.local];
      if (Number.isNaN(date.getTime())) continue;
      if (isServersTime(date, time.dateTime)) continue;
      const words = localWords(date, style);
      if (time.textContent !== words) time.textContent = words;
    }
  }

  // Asking for the zone takes a slow phone a while, so a hidden field gets it as its form is sent.
  function fillTimeZones(inputs) {
    const zone = inputs.length && Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const input of inputs) {
      if (!input.value || input.type === "hidden") input.value = zone;
    }
  }

  // What makes links and forms instant comes with the first sign that somebody will use one; until
  // then, and without it, they work as they are. Who is logged in writes: their pages bring it along.

  function bringHtmx() {
    const { source } = document.querySelector("meta[name=htmx-config]")?.dataset ?? {};
    if (!source || document.querySelector(`script[src="${source}"]`)) return;
    const script = Object.assign(document.createElement("script"), { src: source });
    // htmx that starts while pictures are still coming would wait for what has been already.
    if (document.readyState === "complete") document.head.append(script);
    else window.addEventListener("load", () => document.head.append(script), { once: true });
  }

  // A form is sent once, however often its button is pressed.

  const SENT_FOR = 5000;

  function guardAgainstDoubleSubmit(event) {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-hx-post")) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    setTimeout(() => form.removeAttribute("aria-busy"), SENT_FOR);
  }

  async function copy(button) {
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    } catch {
      window.prompt(words, button.dataset.copy);
    }
    setTimeout(() => { button.textContent = words; }, 2000);
  }

  function rememberLanguage(code) {
    document.cookie = `django_language=${code}; path=/; max-age=31536000; samesite=lax`;
  }

  // A view is reported once the article is on the screen, not when it was fetched in advance.

  function reportView() {
    const article = document.querySelector("[data-beacon]");
    if (!article) return;
    if (document.prerendering) {
      document.addEventListener("prerenderingchange", reportView, { once: true });
    } else if (document.visibilityState !== "visible") {
      document.addEventListener("visibilitychange", reportView, { once: true });
    } else {
      fetch(article.dataset.beacon, { method: "POST", credentials: "omit", keepalive: true }).catch(() => {});
    }
  }

  for (const sign of ["pointerover", "touchstart", "focusin", "keydown"]) {
    document.addEventListener(sign, bringHtmx, { once: true, passive: true });
  }
  document.addEventListener("submit", guardAgainstDoubleSubmit);
  document.addEventListener("submit", (event) => {
    fillTimeZones(event.target.querySelectorAll("[data-time-zone]"));
  }, { capture: true });
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-theme-switch], [data-copy], [data-language]");
    if (!target) return;
    if (target.dataset.language) rememberLanguage(target.dataset.language);
    else if (target.dataset.copy) copy(target);
    else nextTheme();
  });

  document.addEventListener("DOMContentLoaded", () => {
    showTheme(chosenTheme());
    showLocalTimes(document);
    fillTimeZones(document.querySelectorAll("[data-time-zone]:not([type=hidden])"));
    reportView();
    document.querySelector("main [aria-invalid=true]")?.focus();
    document.body.addEventListener("htmx:load", (event) => showLocalTimes(event.detail.elt));
  });

  // Back from the next page out of the browser's memory: forms may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  });
})();
