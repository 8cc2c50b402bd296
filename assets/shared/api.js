// Asks the server and gives a value or an ApiError. It does not know who asks: the headers are given.

const TIMEOUT_MS = 15_000;
/** Whoever refuses a body for its size will refuse it again, our server or one in front of it. */
const TOO_LARGE = 413;

export class ApiError extends Error {
  /**
   * @param {number} status the HTTP status, 0 when there was no answer to be trusted
   * @param {string} message for people, in their language
   * @param {number} [retryMs] when the server named a time
   * @param {boolean} [ours] whether our own server said it, and not a proxy or a hotel's network on the way
   */
  constructor(status, message, retryMs, ours = status > 0) {
    super(message);
    this.status = status;
    this.retryMs = retryMs;
    this.ours = ours;
  }

  /** A final answer stays the same however often it is asked for. */
  get final() {
    if (!this.ours && this.status !== TOO_LARGE) return false;
    return this.status >= 400 && this.status < 500 && ![401, 408, 425, 429].includes(this.status);
  }

  /** The session is over: our own server says so. */
  get ended() {
    return this.ours && this.status === 401;
  }
}

/** @param {unknown} cause @returns {ApiError} */
export function asApiError(cause) {
  return cause instanceof ApiError ? cause : new ApiError(0, "");
}

/** @param {string | null} header */
function retryAfter(header) {
  const seconds = Number.parseFloat(header ?? "");
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/**
 * What an answer holds. Without our envelope it is no answer of ours, and nothing is known.
 * @param {number} status
 * @param {any} envelope
 * @param {string | null} [retry] its header Retry-After
 * @returns {any}
 */
export function opened(status, envelope, retry = null) {
  const ours = Number.isInteger(envelope?.code);
  const good = status >= 200 && status < 300;
  if (good && ours && envelope.code === 0) return envelope.data;
  const message = ours && typeof envelope.msg === "string" ? envelope.msg : "";
  if (good) throw new ApiError(ours ? 400 : 0, message);
  throw new ApiError(status, message, retryAfter(retry), ours);
}

/**
 * @param {object} setup
 * @param {string} setup.locale
 * @param {() => Record<string, string>} [setup.headers] asked for at every call
 * @param {(path: string, init: RequestInit) => Promise<Response>} [setup.fetch]
 */
export function createApi({
  locale,
  headers = () => ({}),
  fetch = (...request) => globalThis.fetch(...request),
}) {
  /**
   * @param {"GET" | "POST" | "PUT" | "DELETE"} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [extra]
   * @param {AbortSignal} [signal] nobody wants the answer any more
   * @returns {Promise<any>}
   */
  return async function call(method, path, body, extra, signal) {
    const late = new AbortController();
    signal?.addEventListener("abort", () => late.abort());
    /** @type {RequestInit} */
    const init = {
      method,
      cache: "no-store",
      credentials: "same-origin",
      headers: { "Accept-Language": locale, ...headers(), ...extra },
      signal: late.signal,
    };
    if (body !== undefined) {
      init.headers = { ...init.headers, "Content-Type": "application/json" };
      init.body = JSON.stringify(body);
    }
    // AbortSignal.timeout is missing in the browsers inside older apps.
    const timer = setTimeout(() => late.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(path, init).catch(() => {
        throw new ApiError(0, "");
      });
      const envelope = await response.json().catch(() => null);
      return opened(response.status, envelope, response.headers.get("Retry-After"));
    } finally {
      clearTimeout(timer);
    }
  };
}

/** @typedef {ReturnType<typeof createApi>} Call */
