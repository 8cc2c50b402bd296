// Says that the line is down, calmly: only when it stays down.

const PATIENCE_MS = 5000;

/** @param {HTMLElement} note */
export function connectionNote(note) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @param {boolean} fine */
  return (fine) => {
    if (!fine) {
      timer ??= setTimeout(() => {
        note.hidden = false;
      }, PATIENCE_MS);
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    note.hidden = true;
  };
}
