// The last message of a conversation as one line for the list. Pure.

import { labelOf, textOf } from "../shared/content.js";
import { withEmoji } from "../shared/emoji.js";
import { CONTENT } from "../shared/protocol.js";

/**
 * @param {number} contentType
 * @param {string} content
 * @param {(key: string) => string} say
 */
export function summary(contentType, content, say) {
  const text = textOf(contentType, content);
  if (text === null) return say(labelOf(contentType));
  const system = contentType === CONTENT.system;
  return system ? `${say("kind.system")} ${withEmoji(text)}` : withEmoji(text);
}
