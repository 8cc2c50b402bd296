// The parts of the staff's page that more than one thing needs.

import { find } from "../shared/dom.js";
import { MessageComposer } from "../shared/message-composer.js";
import { MessageList } from "../shared/message-list.js";
import { ConversationFinder } from "./conversation-finder.js";
import { ConversationList } from "./conversation-list.js";
import { MemberPane } from "./member-pane.js";

/** @param {string} selector */
export const part = (selector) => find(document, selector, HTMLElement);
export const deskView = part("[data-view=desk]");
export const signInView = part("[data-view=sign-in]");
export const settingsView = part("[data-view=settings]");
export const rows = find(document, "conversation-list", ConversationList);
export const list = find(document, "message-list", MessageList);
export const finder = find(document, "conversation-finder", ConversationFinder);
export const composer = find(document, "message-composer", MessageComposer);
export const pane = find(document, "member-pane", MemberPane);
