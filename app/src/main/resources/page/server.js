// What the page asks of the server.

const KEY = "lynxeye-key";
const TOP_K = 5;

/** An answer that is no success. */
export class Refusal extends Error {
  /** @param retryAfter seconds, or NaN where the server does not say */
  constructor(status, message, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export function useKey(key) {
  sessionStorage.setItem(KEY, key);
}

/** @returns whether there was one */
export function forgetKey() {
  const wasThere = sessionStorage.getItem(KEY) !== null;
  sessionStorage.removeItem(KEY);
  return wasThere;
}

async function ask(path, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = { Accept: "application/json", ...options.headers };
  if (key) {
    headers.Authorization = `Bearer ${key}`;
  }
  let answer;
  try {
    answer = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
  } catch (failure) {
    if (failure.name === "AbortError") {
      throw failure;
    }
    throw new Refusal(0, "The server cannot be reached. Is it running?", NaN);
  }
  if (!answer.ok) {
    throw await refusal(answer);
  }
  return answer;
}

async function refusal(answer) {
  const text = await answer.text().catch(() => "");
  return new Refusal(
    answer.status,
    message(text) || `The server answered ${answer.status} ${answer.statusText}`.trim(),
    Number.parseFloat(answer.headers.get("Retry-After")),
  );
}

/** Of the shapes that errors have, or the text itself. */
function message(text) {
  try {
    const error = JSON.parse(text);
    return error.message ?? error.error ?? "";
  } catch {
    return text.slice(0, 300);
  }
}

/** Models and live figures. */
export async function stats() {
  return (await ask("/stats")).json();
}

/**
 * Scores one picture.
 *
 * @param version a number or a label; empty = the newest
 * @returns {{predictions?: Array, text?: string, stages: Map<string, number>, took: number}}
 *     predictions best first, or what else the model said; milliseconds by stage, none where the
 *     server does not tell; milliseconds there and back
 */
export async function score(picture, model, version, signal) {
  const path = ["predictions", model, version].filter(Boolean).map(encodeURIComponent).join("/");
  const start = performance.now();
  const answer = await ask(`/${path}?topK=${TOP_K}`, {
    method: "POST",
    headers: { "Content-Type": picture.type || "application/octet-stream" },
    body: picture,
    signal,
  });
  const text = await answer.text();
  const took = performance.now() - start;
  const stages = timing(answer.headers.get("Server-Timing"));
  const predictions = predictionsOf(text);
  return predictions ? { predictions, stages, took } : { text, stages, took };
}

/** Null where a model says something that is no list of classes. */
function predictionsOf(text) {
  try {
    const list = JSON.parse(text);
    const fits = (p) => typeof p?.className === "string" && typeof p.probability === "number";
    return Array.isArray(list) && list.length > 0 && list.every(fits) ? list : null;
  } catch {
    return null;
  }
}

/** `decode;dur=1.2, queue;dur=0.4` by name. */
function timing(header) {
  const stages = new Map();
  for (const entry of (header ?? "").split(",")) {
    const [name, ...parameters] = entry.split(";").map((part) => part.trim());
    const duration = parameters.find((parameter) => parameter.startsWith("dur="));
    if (name && duration) {
      stages.set(name, Number.parseFloat(duration.slice(4)));
    }
  }
  return stages;
}
