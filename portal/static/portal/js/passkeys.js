// Passkeys (WebAuthn). A form with data-passkey="get" or "create" is sent with the browser's answer in its
// field `credential`. What is asked comes with the page (data-options names the element) or from the form's address.
(() => {
  "use strict";

  function canUsePasskeys() {
    return Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON) && !/^[\d.]+$|:/.test(location.hostname);
  }

  function say(words) {
    const said = document.querySelector("[data-passkey-said]");
    said.textContent = words;
    said.hidden = !words;
  }

  async function askedBy(form) {
    const given = document.getElementById(form.dataset.options);
    if (given) return JSON.parse(given.textContent);
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    return (await response.json()).request_options;
  }

  async function make(form) {
    const { publicKey } = await askedBy(form);
    // Alone in place of a password, it has to be kept with the account and opened by PIN, finger or face.
    if (form.elements.passwordless?.checked) {
      publicKey.authenticatorSelection = {
        ...publicKey.authenticatorSelection,
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      };
    }
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
  }

  async function show(form) {
    const { publicKey } = await askedBy(form);
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  }

  async function answer(event) {
    const form = event.target;
    if (!form.dataset.passkey) return;
    event.preventDefault();
    say("");
    try {
      const credential = await (form.dataset.passkey === "create" ? make(form) : show(form));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      say(document.querySelector("[data-passkey-said]").dataset.refused);
      form.removeAttribute("aria-busy");
    }
  }

  document.addEventListener("submit", answer);
  for (const button of document.querySelectorAll("[data-passkey] [type=submit]")) button.hidden = !canUsePasskeys();
  const said = document.querySelector("[data-passkey-said]");
  if (said && !canUsePasskeys()) {
    said.className = "quiet"; // nothing went wrong
    say(said.dataset.unsupported);
  }
})();
