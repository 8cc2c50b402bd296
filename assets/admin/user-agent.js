// Browser and system in words, as far as a browser says them honestly. Whatever is not known is left to be shown as it came. Pure.

/** The first that fits; the apps inside which pages are opened come before the browsers they are built on. @type {[string, RegExp][]} */
const browsers = [
  ["wechat", /MicroMessenger\/(\d+)/],
  ["wecom", /wxwork\/(\d+)/],
  ["dingtalk", /DingTalk\/(\d+)/],
  ["alipay", /AlipayClient\/(\d+)/],
  ["douyin", /(?:aweme|Douyin)[ _/](\d+)?/i],
  ["xiaohongshu", /(?:discover|xhsminiapp)\/(\d+)/],
  ["weibo", /Weibo.*?__(\d+)/],
  ["qq", /\bQQ\/(\d+)/],
  ["QQ Browser", /M?QQBrowser\/(\d+)/],
  ["UC", /UC(?:Browser|WEB)\/(\d+)/],
  ["Quark", /Quark\/(\d+)/],
  ["Edge", /Edg(?:e|A|iOS)?\/(\d+)/],
  ["Opera", /(?:OPR|Opera)\/(\d+)/],
  ["Samsung Internet", /SamsungBrowser\/(\d+)/],
  ["Huawei Browser", /HuaweiBrowser\/(\d+)/],
  ["Mi Browser", /MiuiBrowser\/(\d+)/],
  ["Vivo Browser", /VivoBrowser\/(\d+)/],
  ["Oppo Browser", /HeyTapBrowser\/(\d+)/],
  ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /(?:Chrome|CriOS)\/(\d+)/],
  ["Safari", /Version\/(\d+).*Safari/],
];

/** @type {[string, RegExp][]} */
const systems = [
  ["HarmonyOS", /(?:HarmonyOS|OpenHarmony)[ /]?(\d+)?/],
  ["iPadOS", /iPad.*? OS (\d+)/],
  ["iOS", /(?:iPhone|iPod).*? OS (\d+)/],
  ["Android", /Android (\d+)/],
  ["Android", /Android/],
  ["Windows", /Windows NT/],
  ["ChromeOS", /CrOS/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux/],
];

/** @param {[string, RegExp][]} known @param {string} agent */
function first(known, agent) {
  for (const [name, pattern] of known) {
    const found = pattern.exec(agent);
    if (found) return { name, version: found[1] ?? "" };
  }
  return null;
}

/** @param {string} agent the header of the same name */
export function parseAgent(agent) {
  return { browser: first(browsers, agent), system: first(systems, agent) };
}
