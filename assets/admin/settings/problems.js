// Which field an answer of the server is about, and what it says without its preface. Pure.

const PREFACE = /^请求参数(?:不正确|缺失|类型错误)\s*[:：]\s*/;
/** The English sentences begin with the field: "nickname: at most 30 characters". */
const NAMED = /^(\w+)(?:[.[][^:]*)?:\s+(.+)$/s;

/**
 * @param {string} message
 * @param {readonly { name: string, words: readonly string[] }[]} fields each with what it is called in a sentence
 * @returns {{ name: string | null, text: string }} null: it is about none of them
 */
export function placeProblem(message, fields) {
  const text = message.replace(PREFACE, "");
  const named = NAMED.exec(text);
  if (named && fields.some(({ name }) => name === named[1])) {
    const [, name = "", rest = ""] = named;
    return { name, text: rest.charAt(0).toLocaleUpperCase() + rest.slice(1) };
  }
  let found = null;
  let first = Number.POSITIVE_INFINITY;
  let letters = 0;
  for (const { name, words } of fields) {
    for (const word of [name, ...words]) {
      const at = text.indexOf(word);
      // Of two that begin at the same place the longer one says more.
      if (at < 0 || at > first || (at === first && word.length <= letters)) continue;
      first = at;
      letters = word.length;
      found = name;
    }
  }
  return { name: found, text };
}
