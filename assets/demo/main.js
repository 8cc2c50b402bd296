// The words of the demo shop, and one button that opens the chat as a shop's own page would. The product it is about stands
// in the page's head, twice, as search engines read it: the widget finds it there.

/** @type {Record<string, Record<string, string>>} */
const words = {
  zh: {
    shop: "松灯小铺",
    note: "这是一个演示店铺，用来体验在线客服。",
    kind: "灯具 · 手工",
    name: "和纸落地灯",
    about: "手工和纸与老榆木底座。灯光透过纸面，柔和得像傍晚的窗。",
    "fact.paper": "手工和纸，可单独更换",
    "fact.light": "暖光 2700 K，三档亮度",
    "fact.post": "48 小时内发货，七天无理由退换",
    ask: "咨询客服",
    hint: "也可以点击右下角的按钮。",
  },
  en: {
    shop: "Lantern & Pine",
    note: "A demo shop, to try the chat.",
    kind: "Lamps · handmade",
    name: "Paper lantern lamp",
    about:
      "Handmade paper on a base of old elm. The light comes through as softly as from a window at dusk.",
    "fact.paper": "Handmade paper, can be replaced",
    "fact.light": "Warm light 2700 K, three levels",
    "fact.post": "Sent within 48 hours, seven days to return it",
    ask: "Ask about this lamp",
    hint: "Or use the button in the corner.",
  },
};

const asked = new URLSearchParams(location.search).get("locale") ?? navigator.language;
const locale = asked.startsWith("zh") ? "zh" : "en";
document.documentElement.lang = locale === "zh" ? "zh-CN" : "en";
for (const element of document.querySelectorAll("[data-word]")) {
  const { word = "" } = /** @type {HTMLElement} */ (element).dataset;
  element.textContent = words[locale]?.[word] ?? "";
}
// The data is in Chinese; in English the page is found by its Open Graph tags.
if (locale === "en") document.querySelector('script[type="application/ld+json"]')?.remove();
document.title = `${words[locale]?.name} · ${words[locale]?.shop}`;
document.querySelector("main button")?.addEventListener("click", () => window.kefu?.("open"));
