// What is typed into an article's form is kept while it is typed, as the editor's own working copy:
// some seconds after the last key, and when the tab is left. Nothing here saves or publishes.
(() => {
  "use strict";

  const PAUSE = 3000; // milliseconds without a key
  const BEAT = 60000; // how often an open form says that it is open
  const SENT_FOR = 8000; // after which a form that is still there may be sent again
  const LARGEST_PARTING = 60000; // bytes that a browser still sends when its page has gone

  const settings = document.getElementById("desk-settings");
  const form = settings && document.getElementById(settings.dataset.form);
  if (!form) return;

  const stashName = `vestnik:unsaved:${settings.dataset.whose}:${settings.dataset.copy}`;
  const filled = {};
  let timer, typedAt = 0, keptAt = 0, isSent = false, isSourceChosen = false;

  const isUnkept = () => typedAt > keptAt;
  const part = (name, scope = document) => scope.querySelector(`[data-desk=${name}]`);

  // After a new log-in, in another tab, the token is another one; the cookie has it.
  function refreshToken() {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (token) for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
  }

  const entries = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");

  function packed(pairs) {
    const data = new FormData();
    for (const [name, value] of pairs) data.append(name, value);
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return data;
  }

  // Where the server can't be reached: in this browser, until it can.

  function stash(storage) {
    try {
      storage.setItem(stashName, JSON.stringify(entries()));
    } catch {
      // Full, or forbidden in a private window: there is no other place.
    }
  }

  function unstash(storage) {
    try {
      const pairs = JSON.parse(storage.getItem(stashName) ?? "null");
      storage.removeItem(stashName);
      return pairs;
    } catch {
      return null;
    }
  }

  function say(words) {
    part("kept").textContent = words;
  }

  function show(html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    for (const fresh of answer.querySelectorAll("[data-desk]")) {
      const old = part(fresh.dataset.desk);
      if (old && old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
    }
    if (isSourceChosen) fillRights(part("rights", answer));
  }

  // What is empty, or was filled in so before, says what the chosen source says of its rights.
  function fillRights(rights) {
    isSourceChosen = false;
    for (const { dataset, textContent } of rights.children) {
      const input = form.elements[dataset.name];
      if (!input || (input.value && input.value !== filled[dataset.name])) continue;
      input.value = filled[dataset.name] = textContent;
    }
    if (rights.children.length) later();
  }

  async function post(pairs, options = {}) {
    refreshToken();
    const answer = await fetch(settings.dataset.copy, { method: "POST", body: packed(pairs), ...options });
    if (!answer.ok) throw answer;
    return answer.text();
  }

  async function keep() {
    clearTimeout(timer);
    const moment = Date.now();
    try {
      const html = await post(entries());
      if (isSent) return;
      show(html);
      keptAt = moment;
      unstash(localStorage);
    } catch (trouble) {
      if (isSent) return;
      if (isUnkept()) stash(localStorage);
      say(trouble.status === 401 ? settings.dataset.lost : settings.dataset.offline);
    }
  }

  function later(event) {
    typedAt = Date.now();
    clearTimeout(timer);
    isSourceChosen ||= event?.target.name === "source";
    timer = setTimeout(keep, isSourceChosen ? 0 : PAUSE);
  }

  // Leaving: a short form is sent along, a long one waits here. Coming back it is sent at once.
  function keepOnParting() {
    if (isSent || !isUnkept()) return;
    const pairs = entries();
    const size = new Blob(pairs.flat()).size;
    if (size > LARGEST_PARTING) stash(localStorage);
    else post(pairs, { keepalive: true }).then(() => { keptAt = Date.now(); }, () => stash(localStorage));
  }

  function leave() {
    keepOnParting();
    if (!isSent && !isUnkept()) post([["_leave", "1"]], { keepalive: true }).catch(() => {});
  }

  async function sendWhatIsLeft() {
    for (const storage of [sessionStorage, localStorage]) {
      const pairs = unstash(storage);
      if (pairs) await post(pairs).catch(() => storage.setItem(stashName, JSON.stringify(pairs)));
      if (pairs) keep();
    }
  }

  // Once, however often the button is pressed.
  function send(event) {
    if (isSent) {
      event.preventDefault();
      return;
    }
    isSent = true;
    setTimeout(() => { isSent = false; }, SENT_FOR);
    clearTimeout(timer);
    refreshToken();
    stash(sessionStorage); // should the session have ended, it is there after the log-in
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  // What is chosen from a list that searches. Not "change": Django says that by itself at the start.
  window.django?.jQuery?.(form).on("select2:select select2:clear", later);
  form.addEventListener("submit", send);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keepOnParting(); });
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", () => { isSent = false; });
  setInterval(() => { if (!isSent) keep(); }, BEAT);
  sendWhatIsLeft();
})();
