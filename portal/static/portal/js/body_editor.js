// A body as it will look, to be written in. What is written goes into its textarea as HTML, which
// stays what is kept, checked and sent; without this script the textarea is all there is.
(() => {
  "use strict";

  const template = document.getElementById("body-editor");
  const { parsed, pasted, readAddress, tidy } = window.bodyHtml ?? {};
  if (!template || !tidy) return;

  const SHORTCUTS = { KeyB: "bold", KeyI: "italic", KeyK: "link" }; // by place: so in Russian, too
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  const PAUSE = 200; // milliseconds without a key, since a long body takes some to be written

  const run = (command, value = null) => document.execCommand(command, false, value);

  class BodyEditor {
    constructor(textarea) {
      this.textarea = textarea;
      this.box = document.importNode(template.content, true).firstElementChild;
      this.bar = this.box.querySelector("[role=toolbar]");
      this.area = this.box.querySelector("[role=textbox]");
      this.field = this.box.querySelector("[data-part=link]");
      this.address = this.field.querySelector("input");
      this.buttons = [...this.bar.querySelectorAll("button")];
      textarea.before(this.box);
      textarea.hidden = true;
      this.describe();
      this.show();
      this.listenToArea();
      this.listenToBar();
      this.listenToForm();
    }

    describe() {
      const label = document.querySelector(`label[for="${this.textarea.id}"]`);
      label.id ||= `${this.textarea.id}_label`;
      label.addEventListener("click", () => { if (!this.isHtml) this.area.focus(); });
      this.area.setAttribute("aria-labelledby", label.id);
      this.area.lang = this.textarea.lang;
    }

    get isHtml() {
      return !this.textarea.hidden;
    }

    // From the textarea. As long as nothing else is written, it keeps its very letters.
    show() {
      this.known = this.stored = this.textarea.value;
      this.shown = tidy(this.stored);
      this.area.replaceChildren(...parsed(this.shown || "<p><br></p>").children);
      this.range = null;
    }

    // Into the textarea, and say so to whoever listens there.
    write() {
      this.timer = clearTimeout(this.timer);
      for (const styled of this.area.querySelectorAll("[style]")) styled.removeAttribute("style");
      const text = tidy(this.area.innerHTML);
      this.known = this.textarea.value = text === this.shown ? this.stored : text;
      this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
    }

    listenToForm() {
      // Whoever sends or keeps the form gets what stands here by now.
      this.textarea.form.addEventListener("formdata", ({ formData }) => {
        if (this.timer) this.write();
        formData.set(this.textarea.name, this.textarea.value);
      });
      const follow = () => { if (!this.isHtml && this.textarea.value !== this.known) this.show(); };
      this.textarea.addEventListener("input", follow);
      window.addEventListener("pageshow", follow); // with what a browser has filled in
    }

    listenToArea() {
      this.area.addEventListener("input", () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.write(), PAUSE);
      });
      this.area.addEventListener("focus", () => {
        run("styleWithCSS", false);
        run("defaultParagraphSeparator", "p");
      });
      this.area.addEventListener("keydown", (event) => {
        const name = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && SHORTCUTS[event.code];
        if (!name) return;
        event.preventDefault();
        this.act({ do: name });
      });
      this.area.addEventListener("paste", (event) => this.insert(event, event.clipboardData));
      this.area.addEventListener("beforeinput", (event) => {
        if (event.inputType === "insertFromDrop") this.insert(event, event.dataTransfer);
      });
      document.addEventListener("selectionchange", () => this.mark());
    }

    insert(event, transfer) {
      event.preventDefault();
      const [at] = event.getTargetRanges?.() ?? [];
      if (at) getSelection().setBaseAndExtent(at.startContainer, at.startOffset, at.endContainer, at.endOffset);
      const html = pasted(transfer);
      if (html) run("insertHTML", html);
    }

    // Where the caret is, and which buttons say what is there.
    mark() {
      const selection = getSelection();
      if (!selection.rangeCount || !this.area.contains(selection.anchorNode)) return;
      this.range = selection.getRangeAt(0).cloneRange();
      for (const button of this.bar.querySelectorAll("[aria-pressed]:enabled:not([data-do=html])")) {
        const { do: name, within } = button.dataset;
        button.setAttribute("aria-pressed", within ? Boolean(this.around(within)) : document.queryCommandState(name));
      }
    }

    around(selector) {
      const node = this.range?.startContainer;
      const found = (node instanceof Element ? node : node?.parentElement)?.closest(selector);
      return found && found !== this.area && this.area.contains(found) ? found : null;
    }

    focus() {
      const range = this.range;
      this.area.focus();
      if (range) getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    }

    listenToBar() {
      this.bar.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays
      this.box.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) this.act(button.dataset);
      });
      this.bar.addEventListener("keydown", (event) => { if (event.key in STEPS) this.step(event); });
      this.field.addEventListener("keydown", (event) => {
        const name = event.key === "Escape" ? "leave" : event.key === "Enter" && event.target === this.address && "set";
        if (!name) return;
        event.preventDefault();
        this.act({ do: name });
      });
    }

    // A toolbar is one stop of the Tab key; arrows lead through it.
    step(event) {
      event.preventDefault();
      const open = this.buttons.filter((button) => !button.disabled);
      const to = open.indexOf(document.activeElement) + STEPS[event.key];
      const next = open[Math.min(Math.max(to, 0), open.length - 1)];
      for (const button of this.buttons) button.tabIndex = button === next ? 0 : -1;
      next.focus();
    }

    // What browsers have no command for, or a worse one, is a method of that name.
    act({ do: name, value }) {
      if (["html", "link", "set", "leave"].includes(name)) return this[name]();
      this.focus();
      if (name === "quote") run(this.around("blockquote") ? "outdent" : "indent");
      else run(name, name === "formatBlock" && this.around(value) ? "p" : value);
      this.mark();
    }

    html() {
      if (this.timer) this.write();
      const isHtml = this.area.hidden = !this.isHtml;
      this.textarea.hidden = !isHtml;
      this.field.hidden = true;
      for (const button of this.buttons) button.disabled = isHtml && button.dataset.do !== "html";
      this.bar.querySelector("[data-do=html]").setAttribute("aria-pressed", isHtml);
      if (!isHtml) this.show();
      (isHtml ? this.textarea : this.area).focus();
    }

    link() {
      const link = this.around("a");
      if (link) this.range.selectNodeContents(link);
      this.address.value = link?.getAttribute("href") ?? "";
      this.field.lastElementChild.hidden = true;
      this.field.hidden = false;
      this.address.focus();
    }

    leave() {
      this.field.hidden = true;
      this.focus();
    }

    set() {
      const address = readAddress(this.address.value);
      this.field.lastElementChild.hidden = address !== null;
      if (address === null) return this.address.focus();
      this.leave();
      if (!getSelection().isCollapsed) return run(address ? "createLink" : "unlink", address);
      const link = document.createElement("a");
      link.href = link.textContent = address;
      if (address) run("insertHTML", link.outerHTML);
    }
  }

  for (const textarea of document.querySelectorAll(template.dataset.bodies)) new BodyEditor(textarea);
})();
