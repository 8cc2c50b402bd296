// A password that nobody has to think of.

/** Without letters that are mistaken for others when they are read out. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const LETTERS_PER_GROUP = 4;

/** About 79 bits, in groups that can be read out. */
export function suggestPassword() {
  /** @type {string[]} */
  const letters = [];
  while (letters.length < GROUPS * LETTERS_PER_GROUP) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    // Every letter as likely as every other.
    if (byte < LETTERS.length * Math.floor(256 / LETTERS.length)) {
      letters.push(LETTERS.charAt(byte % LETTERS.length));
    }
  }
  return letters.join("").match(/.{4}/g)?.join("-") ?? "";
}
