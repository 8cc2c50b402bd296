// The 48 emoji of the original, which travel as [names] in a text, and what this platform shows for each. Pure.

const pairs = (
  "笑掉牙 😆 可爱 🥰 冷酷 😎 闭嘴 🤐 生气 😠 惊恐 😨 瞌睡 😪 大笑 😄 爱心 💗 坏笑 😏 飞吻 😘 疑问 🤔 " +
  "开心 😃 发呆 😶 流泪 😢 汗颜 😅 惊悚 😱 困~ 🥱 心碎 💔 天使 😇 晕 😵 啊 😮 愤怒 😡 睡着 😴 " +
  "面无表情 😐 难过 😔 犯困 😫 好吃 😋 呕吐 🤮 龇牙 😁 懵比 😕 白眼 🙄 饿死 😩 凶 😤 感冒 🤧 流汗 😓 " +
  "笑哭 😂 流口水 🤤 尴尬 😬 惊讶 😲 大惊 😧 不好意思 😳 大闹 😭 不可思议 🤯 爱你 😍 红心 ❤️ 点赞 👍 恶魔 😈"
).split(" ");

/** Emoji by name, in the original's order. @type {ReadonlyMap<string, string>} */
export const emoji = new Map(
  pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, pairs[index + 1] ?? ""]] : [])),
);

const names = new Map([...emoji].map(([name, sign]) => [sign, name]));
// The whole of a sign that is put together from several: a part of it is not ours to replace.
const SIGN =
  /\p{Extended_Pictographic}(?:\ufe0f|[\u{1f3fb}-\u{1f3ff}]|\u200d\p{Extended_Pictographic})*/gu;

/** For the screen; a bracket that is no emoji stays as it is. @param {string} text */
export function withEmoji(text) {
  if (!text.includes("[")) return text;
  return text.replace(/\[([^[\]]{1,4})\]/g, (whole, name) => emoji.get(name) ?? whole);
}

/** For the wire, so that the original's clients show them too. @param {string} text */
export function withNames(text) {
  return text.replace(SIGN, (sign) => (names.has(sign) ? `[${names.get(sign)}]` : sign));
}
