// Asks the server and gives a value or an ApiError. It does not know who asks: the headers are given.

const TIMEOUT_MS = 15_000;

export class ApiError extends Error {
  /**
   * @param {number} status the HTTP status, 0 when there was no answer to be trusted
   * @param {string} message for people, in their language
   * @param {number} [retryMs] when the server named a time
   */
  constructor(status, message, retryMs) {
    super(message);
    this.status = status;
    this.retryMs = retryMs;
  }

  /** A final answer stays the same however often it is asked for. */
  get final() {
    return this.status >= 400 && this.status < 500 && ![401, 408, 425, 429].includes(this.status);
  }
}

/** @param {unknown} cause @returns {ApiError} */
export function asApiError(cause) {
  return cause instanceof ApiError ? cause : new ApiError(0, "");
}

/** @param {Response} response */
function retryAfter(response) {
  const seconds = Number.parseFloat(response.headers.get("Retry-After") ?? "");
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** @param {Response} response */
async function open(response) {
  // A page of a proxy or a hotel's network is not an answer of ours.
  const envelope = await response.json().catch(() => null);
  const ours = typeof envelope === "object" && envelope !== null && "code" in envelope;
  if (response.ok && ours && envelope.code === 0) return envelope.data;
  const message = ours && typeof envelope.msg === "string" ? envelope.msg : "";
  if (response.ok) throw new ApiError(ours ? 400 : 0, message);
  throw new ApiError(response.status, message, retryAfter(response));
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
   * @returns {Promise<any>}
   */
  return async function call(method, path, body, extra) {
    /** @type {RequestInit} */
    const init = {
      method,
      cache: "no-store",
      credentials: "same-origin",
      headers: { "Accept-Language": locale, ...headers(), ...extra },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    if (body !== undefined) {
      init.headers = { ...init.headers, "Content-Type": "application/json" };
      init.body = JSON.stringify(body);
    }
    const response = await fetch(path, init).catch(() => {
      throw new ApiError(0, "");
    });
    return open(response);
  };
}

/** @typedef {ReturnType<typeof createApi>} Call */
