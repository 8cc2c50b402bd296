// The member whom the shop vouches for, as he is kept, and what his proof says of him. Pure.

/**
 * @typedef {object} Member
 * @property {string} token
 * @property {number} userId
 * @property {string} sub the shop's own name for him, as the proof has it
 * @property {number} time when he was proven
 */

/** @param {string} token */
export const bearing = (token) => ({ Authorization: `Bearer ${token}` });

/** @param {string | null} text @returns {Member | null} */
export function parseMember(text) {
  try {
    const member = JSON.parse(text ?? "");
    const { token, userId, sub, time } = member;
    const whole = [token, sub].every((one) => typeof one === "string") && userId > 0 && time > 0;
    return whole ? member : null;
  } catch {
    return null;
  }
}

/** Whose proof it says it is; whether that is true the server knows. @param {string} proof */
export function subjectOf(proof) {
  try {
    const claims = (proof.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(claims), (letter) => letter.charCodeAt(0));
    return String(JSON.parse(new TextDecoder().decode(bytes)).sub);
  } catch {
    return "";
  }
}
