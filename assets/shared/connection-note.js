// Says that the line is down, calmly: only when it stays down.

const PATIENCE_MS = 5000;

/** @param {HTMLElement} note */
export function connectionNote(note) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let text = "";
  /** @param {boolean} fine */
  return (fine) => {
    if (fine) {
      clearTimeout(timer);
      timer = undefined;
      if (text) note.textContent = "";
      return;
    }
    // A box that is there already and then gets its text is told; one that comes into being with it often is not.
    text ||= note.textContent ?? "";
    if (note.hidden) {
      note.textContent = "";
      note.hidden = false;
    }
    timer ??= setTimeout(() => {
      note.textContent = text;
    }, PATIENCE_MS);
  };
}

/**
 * Several ways to the server and one note: all is well when each of them is.
 * @param {(fine: boolean) => void} tell
 * @returns {(way: string) => (fine: boolean) => void}
 */
export function jointly(tell) {
  const down = new Set();
  return (way) => (fine) => {
    if (fine) down.delete(way);
    else down.add(way);
    tell(down.size === 0);
  };
}
