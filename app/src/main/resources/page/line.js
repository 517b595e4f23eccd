// The waiting line: a few pictures on their way at a time, and patience with a busy server.

import { Refusal, score } from "./server.js";

const AT_ONCE = 4;
const TRIES = 6;
const LONGEST_WAIT = 30; // Seconds.

export class Line {
  #waiting = [];
  #onTheirWay = 0;
  #held = false;
  #needsKey;

  /** @param needsKey called when the server asks for a key; the line stands until `resume` */
  constructor(needsKey) {
    this.#needsKey = needsKey;
  }

  /** @param card has picture, model, version, signal, and is told how it goes */
  add(card) {
    this.#waiting.push(card);
    card.waits();
    this.#next();
  }

  resume() {
    this.#held = false;
    this.#next();
  }

  #next() {
    while (!this.#held && this.#onTheirWay < AT_ONCE && this.#waiting.length > 0) {
      const card = this.#waiting.shift();
      if (card.signal.aborted) {
        continue;
      }
      this.#onTheirWay++;
      this.#run(card).finally(() => {
        this.#onTheirWay--;
        this.#next();
      });
    }
  }

  async #run(card) {
    try {
      card.done(await this.#scorePatiently(card));
    } catch (failure) {
      if (card.signal.aborted) {
        return;
      }
      if (failure.status === 401) {
        this.#held = true;
        this.#waiting.unshift(card);
        card.waits();
        this.#needsKey(failure.message);
      } else {
        card.failed(failure instanceof Refusal ? failure.message : String(failure));
      }
    }
  }

  async #scorePatiently(card) {
    for (let attempt = 1; ; attempt++) {
      try {
        card.scores();
        return await score(card.picture, card.model, card.version, card.signal);
      } catch (failure) {
        if (failure.status !== 503 || attempt === TRIES) {
          throw failure;
        }
        const asked = Number.isFinite(failure.retryAfter) ? failure.retryAfter : 1;
        await this.#pause(card, Math.min(asked, LONGEST_WAIT), attempt, failure.message);
      }
    }
  }

  /** A little later than asked, and not all at once. */
  async #pause(card, seconds, attempt, why) {
    for (let left = Math.ceil(seconds); left > 0 && !card.signal.aborted; left--) {
      card.triesAgain(left, attempt, TRIES - 1, why);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 250));
    card.signal.throwIfAborted();
  }
}
