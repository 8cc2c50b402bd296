// The launcher on a shop's page: a button at once. The frame with the chat is asked for when it is wanted, and with it the
// modules beside this file, which do all else there is to do on the shop's page.
(() => {
  const early = window.kefu;
  // Shops put the script in twice, and some frameworks run it again when they have thrown our element away.
  if (early?.mount) return early.mount();
  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  if (!script) return;
  const { color = "", position, identity, locale = "" } = script.dataset;
  const { origin } = new URL(script.src);
  const BUBBLE = "M4 12a8 7.5 0 1 1 4 6.5L4 20l1.2-3.7A7 7 0 0 1 4 12Z";
  const CHEVRON = "m6 9 6 6 6-6";

  // Where storage is blocked, it lasts as long as the page.
  const box = (name) => {
    try {
      return window[name] || {};
    } catch {
      return {};
    }
  };
  const make = (name) => document.createElement(name);
  const host = make("kefu-widget");
  const root = host.attachShadow({ mode: "closed" });
  const panel = make("div");
  const button = make("button");
  const badge = make("span");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS(svg.namespaceURI, "path");

  /** @type {any} */
  const it = {
    script,
    origin,
    locale,
    color: CSS.supports("color", color) ? color : "",
    local: box("localStorage"),
    session: box("sessionStorage"),
    host,
    panel,
    button,
    open: false,
    unread: 0,
    queue: new Map(),
    heard: [],
    listeners: [],
    // A listener that throws is the shop's own affair.
    tell(name, detail) {
      for (const [wanted, tell] of it.listeners) if (wanted === name) setTimeout(tell, 0, detail);
    },
    // Before it is told anything the frame says one thing.
    hear(event) {
      if (event.source === it.frame?.contentWindow) it.heard = [event];
    },
    // The frame does not wait for the modules, nor they for it.
    load() {
      if (it.frame) return;
      it.frame = make("iframe");
      it.frame.allow = "fullscreen";
      it.frame.src = `${origin}/member/?parent=${location.origin}&locale=${it.locale}`;
      panel.append(it.frame);
      if (it.framed) return it.framed();
      const files = ["chat", "page", "product", "customer", "panel"].map(
        (name) => import(`${origin}/widget-${name}.js`),
      );
      Promise.all(files)
        .then(([chat]) => chat.begin(it))
        .catch(() => {
          // The next click tries again.
          it.frame.remove();
          it.frame = null;
          it.show(false);
        });
    },
    // Who signs out leaves the page at once, most often: this waits for nothing. The frame will end the sessions. What a
    // member could not send yet waits for him; a visitor does not come back.
    forget(all) {
      const { local, session } = it;
      const [, member] = /"token":"([^"]+)/.exec(session["kefu:member"]) || [];
      const over = [session["kefu:over"], member, all && local["kefu:token"]];
      delete session["kefu:member"];
      for (const key in all && local) {
        if (/^kefu:(token|unread|(outbox|upload|draft):member:.*)$/.test(key)) delete local[key];
      }
      try {
        local["kefu:reset"] = Date.now();
        session["kefu:over"] = over.filter(Boolean).join(" ");
      } catch {}
      recount();
      greet();
    },
    count(now) {
      if (now === it.unread) return;
      it.unread = now;
      draw();
      it.tell("unread", now);
    },
    show(now) {
      if (now === it.open) return;
      it.open = now;
      if (now) it.load();
      draw();
      it.shown?.();
      it.tell(now ? "open" : "close");
    },
    calls: {
      __proto__: null,
      open: () => it.show(true),
      close: () => it.show(false),
      toggle: () => it.show(!it.open),
      reset() {
        it.queue.delete("identify");
        it.forget(true);
      },
      on(name, listener) {
        if (typeof listener !== "function") return;
        it.listeners.push([name, listener]);
        if (name === "ready") setTimeout(listener);
        if (name === "unread" && it.unread) setTimeout(listener, 0, it.unread);
      },
    },
  };

  const draw = () => {
    const count = it.open ? 0 : it.unread;
    const words = it.open ? ["Close the chat", "关闭聊天窗口"] : ["Open the chat", "打开在线客服"];
    const zh = /^zh/i.test(
      [it.locale, ...navigator.languages].find((tag) => /^(zh|en)/i.test(tag)),
    );
    path.setAttribute("d", it.open ? CHEVRON : BUBBLE);
    badge.textContent = count > 99 ? "99+" : count || "";
    button.setAttribute("aria-label", words[+zh] + (count ? ` (${count})` : ""));
    button.setAttribute("aria-expanded", it.open);
    it.drawn?.(count, zh);
  };
  it.draw = draw;

  const known = () => it.local["kefu:token"] || it.session["kefu:member"];
  // Of nobody whom one knows nothing is unread.
  const recount = () => it.count(known() ? ~~it.local["kefu:unread"] : 0);
  const idle = window.requestIdleCallback || setTimeout;
  // The shop's own page comes first.
  const soon = () => {
    if (document.readyState === "complete") idle(() => it.load());
    else addEventListener("load", soon, { once: true });
  };

  // A known customer may have an answer waiting, and one who has signed out a session that is to end.
  const greet = () => (known() || it.session["kefu:over"]) && soon();

  // The last of each is kept for the modules, which put their own in place of these.
  for (const name of ["identify", "product", "order", "page", "locale"]) {
    it.calls[name] = (...values) => {
      it.queue.set(name, [location.href, values]);
      if (name === "identify") soon();
      if (name === "locale") {
        it.locale = `${values[0]}`;
        draw();
      }
    };
  }

  // One rule a line, put in by the CSSOM: the shop's policy may forbid inline styles.
  const side = { left: "left", start: "inset-inline-start", end: "inset-inline-end" }[position];
  const rules = `
button, div { --c: ${it.color || "#2f5fd0"}; position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); ${side || "right"}: max(20px, env(safe-area-inset-left), env(safe-area-inset-right)); border: 0; transition: .15s }
button { width: 56px; height: 56px; padding: 14px; border-radius: 50%; cursor: pointer; background: var(--c); color: #fff; box-shadow: 0 8px 24px #141b2d44 }
@supports (color: oklch(from red l c h)) { button { color: oklch(from var(--c) clamp(0, (.68 - l) * 99, 1) 0 0) } }
button:hover { transform: scale(1.05) }
button:focus-visible { outline: 3px solid var(--c); outline-offset: 3px }
svg { display: block; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round }
span { position: absolute; top: -3px; right: -3px; min-width: 12px; padding: 0 5px; border: 2px solid #fff; border-radius: 11px; background: #d3322a; color: #fff; font: 600 12px/18px system-ui, sans-serif }
span:empty { display: none }
div { visibility: hidden }
@media (prefers-reduced-motion: reduce) { button, div { transition: none } }
@media print { button, div { display: none } }`;
  it.style = (text) => {
    for (const rule of text.trim().split("\n")) {
      try {
        it.sheet.insertRule(rule, it.sheet.cssRules.length);
      } catch {}
    }
  };

  host.style.cssText =
    "all: initial !important; position: fixed !important; z-index: 2147483000 !important";
  root.append(panel, button);
  window.kefu = (name, ...values) => void it.calls[name]?.(...values);
  window.kefu.mount = () => host.isConnected || document.documentElement.append(host);
  window.kefu.mount();
  try {
    it.sheet = new CSSStyleSheet();
    root.adoptedStyleSheets = [it.sheet];
  } catch {
    const style = make("style");
    style.nonce = script.nonce;
    root.append(style);
    it.sheet = style.sheet;
  }
  it.style(rules);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.append(path);
  button.append(svg, badge);
  button.setAttribute("aria-haspopup", "dialog");
  button.onclick = it.calls.toggle;
  draw();
  recount();

  addEventListener("message", (event) => it.hear(event));
  addEventListener("storage", ({ key }) => {
    if (!/^kefu:(token|unread)$/.test(key)) return;
    recount();
    greet();
  });
  if (identity) window.kefu("identify", identity);
  // What a template prints for somebody who is signed out.
  else if (identity === "" && it.session["kefu:member"]) it.forget();
  for (const call of early?.q || []) window.kefu(...call);
  greet();
})();
