// What is pasted into a body from a word processor or a web page comes in clean: with the tags that
// the server lets through, which it tells us, and without what those programs write besides.
// body_editor.js, which shows a body as it will look, keeps to the same tags by `bodyHtml`.
(() => {
  "use strict";

  const settings = document.getElementById("desk-settings");
  if (!settings?.dataset.allowed) return;

  const allowed = JSON.parse(settings.dataset.allowed);
  const TAGS = new Set(allowed.tags);
  const DROPPED = [...allowed.unseen, "head", "meta", "link", "img", "button", "[hidden]"].join();
  const RENAMED = { b: "strong", i: "em", h1: "h2", h5: "h4", h6: "h4" };
  const BLOCKS = "p, h2, h3, h4, ul, ol, blockquote, pre, table, dl, hr, div, section, article";
  const EMPTIED = "p, strong, em, a, li, h2, h3, h4, sup, sub, ul, ol, blockquote";
  const LEADING = /^([a-z][a-z0-9+.-]*:|[/#?.])/i; // to another site, or to a page of this one
  const BETWEEN = /\n(?=<(p|h[2-4]|[uod]l|blockquote|pre|table|hr)\b)/g; // blocks
  const NUMBER = /^\s*(\d+|[a-z]|[ivxlc]+)[.)]/i;

  const isTag = (element, ...names) => names.includes(element.localName);

  function renamed(element, name) {
    const other = element.ownerDocument.createElement(name);
    for (const { name: attribute, value } of element.attributes) {
      if (allowed.attributes[name]?.includes(attribute)) other.setAttribute(attribute, value);
    }
    other.append(...element.childNodes);
    element.replaceWith(other);
    return other;
  }

  // Which tag says what an element is, by its name or by its style; none for one that says nothing.
  function tagOf(element) {
    const style = element.dataset.style ?? "";
    const weight = /(?<![\w-])font-weight:\s*(\w+)/i.exec(style)?.[1];
    const isPlain = ["normal", "400"].includes(weight); // Google wraps all it copies into such a <b>
    if (isTag(element, "b", "strong") && isPlain) return null;
    if (isTag(element, "a") && !isSafe(element.getAttribute("href"))) return null;
    if (RENAMED[element.localName]) return RENAMED[element.localName];
    if (TAGS.has(element.localName)) return element.localName;
    if (isTag(element, "div", "section", "article")) return element.querySelector(BLOCKS) ? null : "p";
    if (!isTag(element, "span")) return null;
    if (weight === "bold" || Number(weight) >= 600) return "strong";
    if (/font-style:\s*italic/i.test(style)) return "em";
    return { super: "sup", sub: "sub" }[/vertical-align:\s*(\w+)/i.exec(style)?.[1]] ?? null;
  }

  // As browsers read an address: they overlook line breaks in "javascript:".
  function isSafe(address) {
    try {
      return address !== null && allowed.schemes.includes(new URL(address, location).protocol.slice(0, -1));
    } catch {
      return false;
    }
  }

  // What is typed as an address, as one that leads there; null where it may not.
  function readAddress(typed) {
    const words = typed.trim();
    const isMail = /^[^\s/:]+@[^\s/:]+$/.test(words);
    const address = !words || LEADING.test(words) ? words : `${isMail ? "mailto:" : "https://"}${words}`;
    return isSafe(address) ? address : null;
  }

  // Word writes items of a list as paragraphs that begin with their sign.
  function gatherLists(body) {
    for (const item of body.querySelectorAll("p[class^=MsoList], p[data-style*=mso-list]")) {
      const sign = item.querySelector("[data-style*='mso-list:Ignore' i]");
      const kind = NUMBER.test(sign?.textContent ?? "") ? "ol" : "ul";
      sign?.remove();
      const before = item.previousElementSibling;
      const list = before?.matches(`${kind}[data-word]`) ? before : body.ownerDocument.createElement(kind);
      list.dataset.word = "";
      if (list !== before) item.before(list);
      list.append(renamed(item, "li"));
    }
  }

  function cleanTree(body) {
    for (const element of body.querySelectorAll(DROPPED)) element.remove();
    gatherLists(body);
    const walker = body.ownerDocument.createNodeIterator(body, NodeFilter.SHOW_COMMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) node.remove();
    for (const element of [...body.querySelectorAll("*")].reverse()) {
      const tag = tagOf(element);
      if (tag) renamed(element, tag);
      else element.replaceWith(...element.childNodes);
    }
    for (const element of [...body.querySelectorAll(EMPTIED)].reverse()) {
      if (!element.textContent.trim() && !element.querySelector("br")) element.remove();
    }
  }

  const inOneLine = (html) => html.replace(/\s*\n\s*/g, " ");

  // One block to a line, words between blocks as paragraphs of their own.
  function written(body) {
    const blocks = [];
    let loose = "";
    const close = () => {
      if (loose.trim()) blocks.push(`<p>${inOneLine(loose).trim()}</p>`);
      loose = "";
    };
    for (const node of body.childNodes) {
      if (node.nodeType === Node.ELEMENT_NODE && node.matches(BLOCKS)) {
        close();
        blocks.push(node.matches("pre, :has(pre)") ? node.outerHTML : inOneLine(node.outerHTML));
      } else {
        const holder = body.ownerDocument.createElement("div");
        holder.append(node.cloneNode(true));
        loose += holder.innerHTML;
      }
    }
    close();
    return blocks.join("\n");
  }

  // `html` in a document of its own, in which nothing runs and nothing is loaded.
  function parsed(html) {
    // Our Content-Security-Policy would complain of these attributes, and hide what a style says.
    const bare = html.replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, "");
    const source = bare.replace(/<[^<>]+>/g, (tag) => tag.replace(/(\s)(style|on\w+)\s*=/gi, "$1data-$2="));
    return new DOMParser().parseFromString(source, "text/html").body;
  }

  function clean(html) {
    const body = parsed(html);
    // Where an address without a scheme led to from another page is not known here.
    for (const link of body.querySelectorAll("a:not([href*=':'])")) link.replaceWith(...link.childNodes);
    cleanTree(body);
    const text = written(body);
    // A few words of a sentence are no paragraph.
    return /^<p>(?:(?!<p>).)*<\/p>$/s.test(text) ? text.slice(3, -4) : text;
  }

  const inParagraphs = (text) => text.trim().split(/\n{2,}/)
    .map((part) => part && `<p>${part.replaceAll("\n", "<br>")}</p>`).join("\n");

  // A whole body, typed as HTML or as plain text, or from an area where it is edited: there browsers
  // end a line that would be empty with a <br>.
  function tidy(html) {
    const body = parsed(html.replaceAll("\r\n", "\n"));
    for (const end of [...body.querySelectorAll("br")].reverse()) {
      if (!end.nextSibling && end.parentElement.matches("p, div, li, h2, h3, h4, blockquote")) end.remove();
    }
    cleanTree(body);
    return body.querySelector(BLOCKS) ? written(body) : inParagraphs(body.innerHTML);
  }

  // HTML as text, from an editor of code, is what it says.
  const isCode = (text) => /<\/(p|h[2-4]|ul|ol|a|strong|em)>/i.test(text);

  function pasted(transfer) {
    const [html, text] = [transfer.getData("text/html"), transfer.getData("text/plain")];
    if (html || isCode(text)) return clean(isCode(text) ? text : html).replace(BETWEEN, "");
    const holder = document.createElement("p");
    holder.textContent = text.replaceAll("\r\n", "\n");
    return clean(inParagraphs(holder.innerHTML)).replace(BETWEEN, "");
  }

  function insert(area, text) {
    if (document.execCommand("insertText", false, text)) return; // can be undone by the keyboard
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  window.bodyHtml = { parsed, pasted, readAddress, tidy };

  document.addEventListener("paste", (event) => {
    const area = event.target.closest?.("textarea[name$='body']");
    const html = area && event.clipboardData.getData("text/html");
    if (!html || isCode(event.clipboardData.getData("text/plain"))) return;
    event.preventDefault();
    insert(area, clean(html));
  });
})();
