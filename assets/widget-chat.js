// The frame with the chat on the shop's page: where it stands, what it is told, what it may ask for. It keeps the framed
// page's texts, and who the shop says the customer is. Loaded by widget.js together with the frame.

// A proof that is long in coming does not hold the customer up.
const PROOF_MS = 4000;
const START_MS = 15_000;
const AGAIN_MS = 8000;
const PROOF_MAX = 8192;
const MEMBER = "kefu:member";
const VISITOR = "kefu:token";
const UNREAD = "kefu:unread";
/** When somebody signed out, in any tab. */
const RESET = "kefu:reset";
/** Sessions that are to be ended by the framed page. */
const OVER = "kefu:over";

/** @param {KefuParts} it */
export function begin(it) {
  let running = false;
  let began = 0;
  /** Lets the next tab have the lock. @type {(() => void) | undefined} */
  let release;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let late;

  // What is kept. Whoever the shop vouches for is known as long as this tab is there; it proves him again on each page.
  /** @param {unknown} key @returns {key is string} */
  const ours = (key) => typeof key === "string" && /^kefu:[\w:-]{1,80}$/.test(key);
  /** @param {string} key */
  const boxOf = (key) => (key === MEMBER || key === OVER ? it.session : it.local);
  /** @param {string} key @returns {string | null} */
  const read = (key) => boxOf(key)[key] ?? null;
  /** @param {string} key @param {string | null} value */
  const keep = (key, value) => {
    try {
      if (value === null) delete boxOf(key)[key];
      else boxOf(key)[key] = value;
    } catch {
      // Full: the framed page has it in memory.
    }
  };
  const member = () => {
    try {
      return JSON.parse(read(MEMBER) ?? "null");
    } catch {
      return null;
    }
  };
  // Another tab has signed out while this one was asleep.
  if (!(member()?.time > Number(read(RESET)))) keep(MEMBER, null);

  /** @param {{ kefu: string } & Record<string, unknown>} message */
  const post = (message) => {
    if (running) it.frame?.contentWindow?.postMessage(message, it.origin);
  };

  const drop = () => {
    running = false;
    release?.();
    it.frame?.remove();
    it.frame = null;
  };

  /** A new frame, for somebody else or in another language. */
  const again = () => {
    if (!it.frame) return;
    drop();
    it.load();
  };

  // Who the shop says the customer is.
  /** @type {string | null} */
  let proof = null;
  /** @type {(() => unknown) | null} gives a fresh one */
  let prove = null;
  let settled = Promise.resolve();
  let turn = 0;

  /** @param {unknown} given a proof, or what fetches one */
  const identify = (given) => {
    turn += 1;
    const mine = turn;
    prove = typeof given === "function" ? () => given() : null;
    settled = Promise.resolve()
      .then(() => (prove ? prove() : given))
      .then((token) => {
        const fits = typeof token === "string" && token.length <= PROOF_MAX;
        if (!fits || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new TypeError("no proof");
        if (mine !== turn) return;
        proof = token;
        post({ kefu: "identify", proof });
      })
      .catch(() => {
        // Nobody knows whose the kept session is. The next page, or a new proof, makes it good.
        if (mine !== turn || running) return;
        proof = null;
        keep(MEMBER, null);
      });
    it.load();
  };

  const forget = () => {
    turn += 1;
    proof = null;
    prove = null;
    settled = Promise.resolve();
    keep(MEMBER, null);
  };

  const reset = () => {
    const over = [read(OVER), member()?.token, read(VISITOR)].filter(Boolean).join(" ");
    forget();
    // What a member could not send yet waits for him; a visitor does not come back.
    for (const key of Object.keys(it.local)) {
      if (/^kefu:(token$|outbox:member:|upload:member:)/.test(key)) keep(key, null);
    }
    keep(OVER, over || null);
    keep(RESET, `${Date.now()}`);
    keep(UNREAD, null);
    it.count(0);
    it.show(false);
    drop();
    if (over) it.load();
  };

  const start = () => {
    const kept = Object.entries({ ...it.local, ...it.session }).filter(([key]) => ours(key));
    const { open, color, locale, script } = it;
    const title = script.dataset.title ?? "";
    const items = Object.fromEntries(kept);
    release?.();
    running = true;
    clearTimeout(late);
    it.panel.classList.remove("wait");
    post({ kefu: "start", items, open, color, title, locale, proof, ...it.context?.() });
  };

  /** The framed page's wishes. @type {Record<string, (wish: any) => void>} */
  const wishes = {
    ready() {
      const { frame } = it;
      const enough = new Promise((resolve) => setTimeout(resolve, PROOF_MS));
      void Promise.race([settled, enough]).then(() => {
        if (it.frame === frame) start();
      });
    },
    set: ({ key, value }) => keep(key, value),
    // All tabs of the shop share the lock, held until "put" says what was made.
    take({ key }) {
      const { frame } = it;
      const hold = () =>
        new Promise((done) => {
          if (it.frame !== frame) return done(undefined);
          release = () => done(undefined);
          return post({ kefu: "taken", key, value: read(key) });
        });
      if (navigator.locks) void navigator.locks.request("kefu", hold);
      else void hold();
    },
    put({ key, value }) {
      keep(key, read(key) ?? value);
      post({ kefu: "kept", key, value: read(key) ?? value });
      release?.();
    },
    unread({ count }) {
      if (!Number.isSafeInteger(count) || count < 0) return;
      keep(UNREAD, count > 0 ? `${count}` : null);
      it.count(count);
    },
    message({ id, contentType, text, createTime }) {
      const shape = [id, contentType, createTime].every(Number.isSafeInteger);
      if (!shape || typeof text !== "string") return;
      it.tell("message", { id, contentType, text, createTime });
    },
    close: () => it.show(false),
    again,
    prove() {
      if (prove) identify(prove);
    },
  };

  it.hear = ({ origin, source, data }) => {
    if (!it.frame || origin !== it.origin || source !== it.frame.contentWindow) return;
    const { kefu, key = VISITOR, value = null } = data ?? {};
    const text = value === null || typeof value === "string";
    if (Object.keys(wishes).includes(kefu) && ours(key) && text)
      wishes[kefu]?.({ ...data, key, value });
  };

  addEventListener("storage", ({ key, newValue: value, storageArea }) => {
    if (storageArea !== it.local || !ours(key)) return;
    if (key !== RESET) return post({ kefu: "changed", key, value });
    forget();
    it.show(false);
    again();
  });

  // Where it stands. On a phone it is all there is to see, above the keyboard, and the page behind it rests.
  const small = matchMedia("(max-width: 480px), (max-height: 480px)");
  /** @type {[CSSStyleDeclaration, string, string][]} */
  let locked = [];
  const lock = () => {
    const rest = it.open && small.matches;
    it.panel.setAttribute("aria-modal", `${rest}`);
    if (rest === locked.length > 0) return;
    for (const [style, value, priority] of locked) style.setProperty("overflow", value, priority);
    locked = [];
    if (!rest) return;
    for (const { style } of [document.documentElement, document.body ?? it.host]) {
      const priority = style.getPropertyPriority("overflow");
      locked.push([style, style.overflow, priority]);
      style.setProperty("overflow", "hidden", "important");
    }
  };
  const fit = () => {
    lock();
    const view = window.visualViewport;
    const { style } = it.panel;
    // Somebody who zooms in moves about himself.
    const above = it.open && small.matches && view && view.scale < 1.05;
    style.height = above ? `${view.height}px` : "";
    style.top = above ? `${view.offsetTop}px` : "";
  };
  for (const name of ["resize", "scroll"]) window.visualViewport?.addEventListener(name, fit);
  addEventListener("resize", fit);

  // Escape, and the way back on Android.
  /** @type {{ onclose: (() => void) | null, destroy(): void } | undefined} */
  let watcher;
  const watch = () => {
    watcher?.destroy();
    watcher = it.open && window.CloseWatcher ? new window.CloseWatcher() : undefined;
    if (watcher) watcher.onclose = () => it.show(false);
  };
  addEventListener("keydown", ({ key, isComposing, defaultPrevented }) => {
    if (key === "Escape" && !isComposing && !defaultPrevented) it.show(false);
  });

  it.framed = () => {
    began = Date.now();
    it.panel.classList.add("wait");
    clearTimeout(late);
    late = setTimeout(() => it.panel.classList.remove("wait"), START_MS);
    it.draw();
  };
  it.shown = () => {
    const inside = document.activeElement === it.host;
    it.panel.classList.toggle("open", it.open);
    fit();
    watch();
    if (it.open && !running && Date.now() - began > AGAIN_MS) again();
    post({ kefu: "shown", open: it.open });
    if (it.open) it.frame?.focus();
    else if (inside) it.button.focus();
  };
  it.drawn = (count, zh) => {
    const name = it.script.dataset.title || (zh ? "在线客服" : "Chat");
    it.panel.setAttribute("aria-label", name);
    if (it.frame) it.frame.title = name;
    it.badge?.(count);
  };
  it.turned = (context) => post({ kefu: "context", ...context });
  addEventListener("online", () => {
    if (!running) again();
  });

  Object.assign(it.calls, {
    identify,
    reset,
    /** @param {unknown} name */
    locale: (name) => {
      it.locale = /^(zh|en)/i.exec(`${name}`)?.[0]?.toLowerCase() ?? "";
      it.draw();
      if (!it.frame?.src.includes(`locale=${it.locale}`)) again();
    },
  });

  it.panel.setAttribute("role", "dialog");
  it.style(`
div { margin-bottom: 72px; width: 392px; height: min(680px, 100vh - 112px); height: min(680px, 100dvh - 112px); overflow: hidden; border-radius: 18px; background: Canvas; color-scheme: light dark; box-shadow: 0 8px 48px #141b2d44; opacity: 0; transform: translateY(8px) }
.open { visibility: visible; opacity: 1; transform: none }
iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: light dark; transition: opacity .15s }
.wait iframe { opacity: 0 }
.wait::before { content: ""; position: absolute; inset: 0; margin: auto; width: 26px; height: 26px; border-radius: 50%; border: 3px solid var(--c); border-top-color: #0000; animation: turn 1s linear infinite }
@keyframes turn { to { transform: rotate(1turn) } }
@media (max-width: 480px), (max-height: 480px) { div { inset: 0; margin: 0; width: auto; height: 100vh; height: 100dvh; border-radius: 0; box-sizing: border-box; padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left); overscroll-behavior: contain } .open + button { display: none } }
@media (prefers-reduced-motion: reduce) { iframe { transition: none } .wait::before { animation: none } }
@media print { div { display: none } }`);
  it.framed();
  if (it.open) it.shown();
  for (const [name, path, values] of it.queue.splice(0)) {
    if (!/^[po]/.test(name) || path === location.pathname) it.calls[name]?.(...values);
  }
  for (const event of it.heard.splice(0)) it.hear(event);
}
