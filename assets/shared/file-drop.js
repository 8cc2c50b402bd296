// Files that are dropped or pasted. Beside the place for them they do nothing: a page must not go away for a missed drop.

/** @param {DataTransfer | null} data */
function filesOf(data) {
  return [...(data?.files ?? [])];
}

/**
 * @param {HTMLElement} zone
 * @param {(files: File[]) => void} give
 * @param {AbortSignal} signal
 */
export function takeFiles(zone, give, signal) {
  const leave = () => delete zone.dataset.dropping;
  /** @param {DragEvent} event */
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const inside = event.target instanceof Node && zone.contains(event.target);
    event.dataTransfer.dropEffect = inside ? "copy" : "none";
    if (inside) zone.dataset.dropping = "";
    else leave();
  };
  document.addEventListener("dragover", over, { signal });
  document.addEventListener(
    "dragleave",
    ({ relatedTarget }) => {
      if (relatedTarget === null) leave();
    },
    { signal },
  );
  document.addEventListener(
    "drop",
    (event) => {
      const files = filesOf(event.dataTransfer);
      const dropping = "dropping" in zone.dataset;
      leave();
      if (files.length === 0) return;
      event.preventDefault();
      if (dropping) give(files);
    },
    { signal },
  );
  zone.addEventListener(
    "paste",
    (event) => {
      const files = filesOf(event.clipboardData);
      const types = event.clipboardData?.types ?? [];
      // Cells of a spreadsheet come as a text and as a picture of it: the text is meant.
      if (files.length === 0 || (types.includes("text/plain") && types.includes("text/html"))) {
        return;
      }
      event.preventDefault();
      give(files);
    },
    { signal },
  );
}
