// What is pasted into a body from a word processor or a web page comes in clean: with the tags that
// the server lets through, which it tells us, and without what those programs write besides.
(() => {
  "use strict";

  const settings = document.getElementById("desk-settings");
  if (!settings?.dataset.allowed) return;

  const allowed = JSON.parse(settings.dataset.allowed);
  const TAGS = new Set(allowed.tags);
  const DROPPED = "script, style, head, meta, link, title, template, noscript, iframe, object, svg, img, button, [hidden]";
  const RENAMED = { b: "strong", i: "em", h1: "h2", h5: "h4", h6: "h4" };
  const BLOCKS = "p, h2, h3, h4, ul, ol, blockquote, pre, table, dl, hr, div, section, article";
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
    if (isTag(element, "a") && !isSafe(element)) return null;
    if (RENAMED[element.localName]) return RENAMED[element.localName];
    if (TAGS.has(element.localName)) return element.localName;
    if (isTag(element, "div", "section", "article")) return element.querySelector(BLOCKS) ? null : "p";
    if (!isTag(element, "span")) return null;
    if (weight === "bold" || Number(weight) >= 600) return "strong";
    if (/font-style:\s*italic/i.test(style)) return "em";
    return { super: "sup", sub: "sub" }[/vertical-align:\s*(\w+)/i.exec(style)?.[1]] ?? null;
  }

  function isSafe(link) {
    const scheme = link.getAttribute("href")?.match(/^\s*([a-z][a-z0-9+.-]*):/i)?.[1];
    return allowed.schemes.includes(scheme?.toLowerCase());
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
    for (const element of [...body.querySelectorAll("p, strong, em, a, li, h2, h3, h4, sup, sub")].reverse()) {
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
        blocks.push(isTag(node, "pre") ? node.outerHTML : inOneLine(node.outerHTML));
      } else {
        const holder = body.ownerDocument.createElement("div");
        holder.append(node.cloneNode(true));
        loose += holder.innerHTML;
      }
    }
    close();
    // A few words of a sentence are no paragraph.
    if (blocks.length === 1 && /^<p>(?:(?!<p>).)*<\/p>$/s.test(blocks[0])) return blocks[0].slice(3, -4);
    return blocks.join("\n");
  }

  function clean(html) {
    // Our Content-Security-Policy would complain of these attributes, and hide what a style says.
    const bare = html.replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, "");
    const source = bare.replace(/<[^<>]+>/g, (tag) => tag.replace(/(\s)(style|on\w+)\s*=/gi, "$1data-$2="));
    const { body } = new DOMParser().parseFromString(source, "text/html");
    cleanTree(body);
    return written(body);
  }

  function insert(area, text) {
    if (document.execCommand("insertText", false, text)) return; // can be undone by the keyboard
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("paste", (event) => {
    const area = event.target.closest?.("textarea[name$='body']");
    const html = area && event.clipboardData.getData("text/html");
    // HTML as text, from an editor of code, is what it says.
    if (!html || /<\/(p|h[2-4]|ul|ol|a|strong|em)>/i.test(event.clipboardData.getData("text/plain"))) return;
    event.preventDefault();
    insert(area, clean(html));
  });
})();
