// The upload queue: sends a few images at a time, and retries while the server is overloaded.

import { Refusal, score } from "./server.js";

const MAX_IN_FLIGHT = 4;
const TRIES = 6;
const MAX_WAIT = 30; // Seconds.

export class Line {
  #waiting = [];
  #inFlight = 0;
  #paused = false;
  #needsKey;

  /** @param needsKey called when the server requires a key; the queue pauses until `resume` */
  constructor(needsKey) {
    this.#needsKey = needsKey;
  }

  /** @param card has file, model, version and signal; its methods are called as its state changes */
  add(card) {
    this.#waiting.push(card);
    card.waits();
    this.#next();
  }

  resume() {
    this.#paused = false;
    this.#next();
  }

  #next() {
    while (!this.#paused && this.#inFlight < MAX_IN_FLIGHT && this.#waiting.length > 0) {
      const card = this.#waiting.shift();
      if (card.signal.aborted) {
        continue;
      }
      this.#inFlight++;
      this.#run(card).finally(() => {
        this.#inFlight--;
        this.#next();
      });
    }
  }

  async #run(card) {
    try {
      card.done(await this.#scoreWithRetries(card));
    } catch (failure) {
      if (card.signal.aborted) {
        return;
      }
      if (failure.status === 401) {
        this.#paused = true;
        this.#waiting.unshift(card);
        card.waits();
        this.#needsKey(failure.message);
      } else {
        card.failed(failure instanceof Refusal ? failure.message : String(failure));
      }
    }
  }

  async #scoreWithRetries(card) {
    for (let attempt = 1; ; attempt++) {
      try {
        card.scores();
        return await score(card.file, card.model, card.version, card.signal);
      } catch (failure) {
        if (failure.status !== 503 || attempt === TRIES) {
          throw failure;
        }
        const asked = Number.isFinite(failure.retryAfter) ? failure.retryAfter : 1;
        await this.#pause(card, Math.min(asked, MAX_WAIT), attempt, failure.message);
      }
    }
  }

  /** Waits as long as the server asked, plus a random delay that spreads the retries. */
  async #pause(card, seconds, attempt, why) {
    for (let left = Math.ceil(seconds); left > 0 && !card.signal.aborted; left--) {
      card.triesAgain(left, attempt, TRIES - 1, why);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 250));
    card.signal.throwIfAborted();
  }
}
