// The launcher on a shop's page: a button at once, the chat in a frame on the first click. It keeps the framed page's texts.
(() => {
  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  const early = window.kefu;
  if (!script || early?.on) return;
  const { origin } = new URL(script.src);
  const { color = "", position, locale = "", title = "" } = script.dataset;
  const words = /^zh/i.test(locale || navigator.language)
    ? ["打开在线客服", "关闭聊天窗口"]
    : ["Open the chat", "Close the chat"];
  const BUBBLE = "M4 12a8 7.5 0 1 1 4 6.5L4 20l1.2-3.7A7 7 0 0 1 4 12Z";
  const CHEVRON = "m6 9 6 6 6-6";

  // What the framed page wants kept: here, or in memory where storage is blocked.
  let store = {};
  try {
    store = localStorage || store;
  } catch {}
  const ours = (key) => /^kefu:[\w:-]{1,80}$/.test(key);
  const read = (key) => store[key] ?? null;
  const keep = (key, value) => {
    try {
      if (value === null) delete store[key];
      else store[key] = value;
    } catch {}
  };

  const host = document.createElement("kefu-widget");
  const root = host.attachShadow({ mode: "closed" });
  const panel = document.createElement("div");
  const button = document.createElement("button");
  const badge = document.createElement("span");
  const listeners = [];
  let frame;
  let running;
  let release;
  let open = false;
  let unread = 0;

  const tell = (name, detail) => {
    for (const [wanted, listener] of listeners) if (wanted === name) listener(detail);
  };
  const post = (message) => frame.contentWindow.postMessage(message, origin);

  const draw = () => {
    const count = open ? 0 : unread;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    path.setAttribute("d", open ? CHEVRON : BUBBLE);
    svg.append(path);
    badge.textContent = count > 99 ? "99+" : count || "";
    button.replaceChildren(svg, badge);
    button.ariaLabel = words[+open] + (count ? ` (${count})` : "");
    button.ariaExpanded = open;
  };

  const load = () => {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = title || words[0];
    frame.src = `${origin}/member/?parent=${location.origin}&locale=${locale}`;
    panel.append(frame);
  };

  const show = (now) => {
    if (now === open) return;
    open = now;
    load();
    panel.className = open ? "open" : "";
    draw();
    if (running) post({ kefu: "shown", open });
    (open ? frame : button).focus();
    tell(open ? "open" : "close");
  };

  // The framed page's wishes. All tabs of the shop share the lock, held until "put" says what was made.
  const wishes = {
    ready() {
      running = true;
      release?.();
      const items = Object.fromEntries(Object.entries(store).filter(([key]) => ours(key)));
      post({ kefu: "start", items, open, color, title });
    },
    set: keep,
    take(key) {
      const hold = () =>
        new Promise((done) => {
          release = done;
          post({ kefu: "taken", key, value: read(key) });
        });
      if (navigator.locks) navigator.locks.request("kefu", hold);
      else hold();
    },
    put(key, value) {
      keep(key, read(key) ?? value);
      post({ kefu: "kept", key, value: read(key) ?? value });
      release?.();
    },
    unread(_key, _value, count) {
      if (!(count >= 0) || count === unread) return;
      unread = Math.floor(count);
      draw();
      tell("unread", unread);
    },
    close: () => show(false),
  };
  addEventListener("message", (event) => {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow) return;
    const { kefu, key = "kefu:-", value = null, count } = event.data || {};
    if (!Object.hasOwn(wishes, kefu) || !ours(key)) return;
    if (value === null || typeof value === "string") wishes[kefu](key, value, count);
  });
  addEventListener("storage", ({ key, newValue: value }) => {
    if (running && ours(key)) post({ kefu: "changed", key, value });
  });

  const calls = {
    open: () => show(true),
    close: wishes.close,
    toggle: () => show(!open),
    on(name, listener) {
      listeners.push([name, listener]);
      if (name === "ready") listener();
    },
  };
  window.kefu = (name, ...values) => calls[name]?.(...values);
  Object.assign(window.kefu, calls);

  // By the CSSOM alone: the shop's policy may forbid inline styles.
  const css = new CSSStyleSheet();
  css.replaceSync(`
button, div {
  position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); ${position === "left" ? "left" : "right"}: 20px;
  border: 0; transition: .15s;
}
button {
  width: 56px; height: 56px; padding: 14px; border-radius: 50%; cursor: pointer; background: var(--c); color: #fff;
  box-shadow: 0 8px 24px #141b2d44
}
@supports (color: oklch(from red l c h)) { button { color: oklch(from var(--c) clamp(0, (.68 - l) * 99, 1) 0 0) } }
button:hover { transform: scale(1.05) }
button:focus-visible { outline: 3px solid var(--c); outline-offset: 3px }
svg { display: block; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round }
span {
  position: absolute; top: -3px; right: -3px; min-width: 12px; padding: 0 5px; border: 2px solid #fff; border-radius: 11px;
  background: #d3322a; color: #fff; font: 600 12px/18px system-ui, sans-serif
}
span:empty { display: none }
div {
  margin-bottom: 72px; width: 392px; height: min(680px, 100dvh - 112px); overflow: hidden; border-radius: 18px;
  background: Canvas; color-scheme: light dark; box-shadow: 0 8px 48px #141b2d44
}
div:not(.open) { visibility: hidden; opacity: 0; transform: translateY(8px) }
iframe { display: block; width: 100%; height: 100%; border: 0 }
@media (max-width: 480px), (max-height: 480px) {
  div { inset: 0; margin: 0; width: auto; height: 100dvh; border-radius: 0 }
  .open + button { display: none }
}
@media (prefers-reduced-motion: reduce) { button, div { transition: none } }`);
  root.adoptedStyleSheets = [css];
  const accent = CSS.supports("color", color) ? color : "#2f5fd0";
  host.style.cssText = `all: initial !important; position: fixed !important; z-index: 2147483000 !important; --c: ${accent}`;
  button.onclick = () => show(!open);
  root.append(panel, button);
  document.documentElement.append(host);
  draw();
  // A known visitor may have an answer waiting: the badge needs the frame.
  if (read("kefu:token")) {
    if (document.readyState === "complete") load();
    else addEventListener("load", load);
  }
  for (const call of early?.q || []) window.kefu(...call);
})();
