// What the desk is made with: types only.

/** @import { Call } from "../shared/api.js" */
/** @import { Attention } from "../shared/attention.js" */
/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { MessageList } from "../shared/message-list.js" */
/** @import { AdminUser, Conversation as Row } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { Say } from "../shared/text.js" */
/** @import { ColleagueHint } from "./colleague-hint.js" */
/** @import { ConversationFinder } from "./conversation-finder.js" */
/** @import { ConversationList } from "./conversation-list.js" */
/** @import { Notice } from "./notice.js" */

/**
 * @typedef {object} Setup
 * @property {AdminUser} user
 * @property {Call} call
 * @property {Store} store
 * @property {Attention} attention
 * @property {ConversationList} rows
 * @property {ConversationFinder} finder
 * @property {MessageList} list
 * @property {MessageComposer} composer
 * @property {ColleagueHint} hint
 * @property {Notice} notice
 * @property {(fine: boolean) => void} onConnection
 * @property {(open: Row | null) => void} onChange
 * @property {(count: number | null) => void} onCount of all conversations; null while that is not known
 * @property {(userId: number) => void} onMember something about this customer has changed
 * @property {() => void} onMissing there is no such conversation as the open one
 * @property {(from: number, to: number) => void} onMerge whoever has `from` open shall see `to`
 * @property {(message: string) => void} onProblem
 * @property {() => number} bytesMax of a file
 * @property {Say} say
 * @property {string} language
 * @property {() => void} onEnded the session is over
 */

export {};
