// Makes a picture small enough before it travels. What is no picture to this browser goes as it is.

const SIDE_MAX = 2560;
const BYTES_MAX = 1024 * 1024;
const QUALITY = 0.86;
/** Enough to find out whether anything is seen through. */
const PROBE_PX = 64;
/** Where a file says that it moves. */
const HEAD_BYTES = 4096;
/** What the server keeps as a picture; every other kind is drawn anew. */
const KEPT = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** @typedef {{ width: number, height: number }} Size */

/** @param {Blob} file @returns {Promise<Size | null>} the picture's size, or null when it is none */
export async function look(file) {
  if (!file.type.startsWith("image/") || file.type === "image/svg+xml") return null;
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    return null;
  }
}

/** @param {Blob} file */
async function moves(file) {
  if (file.type === "image/gif") return true;
  const head = new TextDecoder("latin1").decode(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return /ANIM|acTL/.test(head);
}

/** @param {ImageBitmap} bitmap @param {Size} size */
function draw(bitmap, { width, height }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return { canvas, context };
}

/** @param {ImageBitmap} bitmap */
function isSeenThrough(bitmap) {
  const { context } = draw(bitmap, { width: PROBE_PX, height: PROBE_PX });
  const { data } = context.getImageData(0, 0, PROBE_PX, PROBE_PX);
  return data.some((value, index) => index % 4 === 3 && value < 255);
}

/** @param {Blob} file @param {Size} size @returns {Promise<Blob>} */
export async function shrink(file, size) {
  const scale = Math.min(1, SIDE_MAX / Math.max(size.width, size.height));
  const kept = KEPT.includes(file.type);
  if (kept && ((scale === 1 && file.size <= BYTES_MAX) || (await moves(file)))) return file;
  const bitmap = await createImageBitmap(file);
  try {
    const type = file.type !== "image/jpeg" && isSeenThrough(bitmap) ? "image/png" : "image/jpeg";
    const { canvas } = draw(bitmap, {
      width: Math.max(1, Math.round(size.width * scale)),
      height: Math.max(1, Math.round(size.height * scale)),
    });
    /** @type {Blob | null} */
    const drawn = await new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
    if (!drawn) return file;
    return kept && scale === 1 && drawn.size >= file.size ? file : drawn;
  } finally {
    bitmap.close();
  }
}

/** The name follows what the picture was turned into. @param {string} name @param {Blob} file @param {Blob} blob */
export function nameFor(name, file, blob) {
  if (file.type === blob.type) return name;
  return `${name.replace(/\.\w{1,5}$/, "")}${blob.type === "image/jpeg" ? ".jpg" : ".png"}`;
}
