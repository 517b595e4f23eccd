// The requests of the page to the server.

const KEY = "lynxeye-key";
const TOP_K = 5;

/** A response with an error status, or no response. */
export class Refusal extends Error {
  /** @param retryAfter in seconds, or NaN if the server does not set it */
  constructor(status, message, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export function useKey(key) {
  sessionStorage.setItem(KEY, key);
}

/** @returns whether there was a key */
export function forgetKey() {
  const wasThere = sessionStorage.getItem(KEY) !== null;
  sessionStorage.removeItem(KEY);
  return wasThere;
}

async function send(path, options = {}) {
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
    throw new Refusal(0, "The server cannot be reached. Check that it is running.", NaN);
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
    message(text) || `The server responded with ${answer.status} ${answer.statusText}`.trim(),
    Number.parseFloat(answer.headers.get("Retry-After")),
  );
}

/** The message in one of the JSON forms of an error, or the text itself. */
function message(text) {
  try {
    const error = JSON.parse(text);
    return error.message ?? error.error ?? "";
  } catch {
    return text.slice(0, 300);
  }
}

/** The models and the statistics of the last two minutes. */
export async function stats() {
  return (await send("stats")).json();
}

/**
 * Scores one image.
 *
 * @param version a number or a label; empty = the serving one
 * @returns {{predictions?: Array, text?: string, stages: Map<string, number>, took: number}}
 *     predictions, best first, or another output as text; milliseconds by stage, empty if the
 *     server does not report them; total milliseconds of the request
 */
export async function score(file, model, version, signal) {
  const path = ["predictions", model, version].filter(Boolean).map(encodeURIComponent).join("/");
  const start = performance.now();
  const answer = await send(`${path}?topK=${TOP_K}`, {
    method: "POST",
    headers: { "Content-Type": file.type || "application/octet-stream" },
    body: file,
    signal,
  });
  const text = await answer.text();
  const took = performance.now() - start;
  const stages = timing(answer.headers.get("Server-Timing"));
  const predictions = predictionsOf(text);
  return predictions ? { predictions, stages, took } : { text, stages, took };
}

/** The predictions in a body, or null if the model does not return classes. */
function predictionsOf(text) {
  try {
    const list = JSON.parse(text);
    const fits = (p) => typeof p?.className === "string" && typeof p.probability === "number";
    return Array.isArray(list) && list.length > 0 && list.every(fits) ? list : null;
  } catch {
    return null;
  }
}

/** Parses `decode;dur=1.2, queue;dur=0.4`. */
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
