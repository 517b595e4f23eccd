// The card of one image: its state, then its result.

import { millis } from "./charts.js";
import { el } from "./dom.js";

const WORDNET = /^(n\d{8}) (.+)$/; // ImageNet labels begin with the WordNet id of the class.
const STAGES = [
  ["decode", "Decode"],
  ["queue", "Queue"],
  ["engine", "Engine"],
  ["rest", "Rest"],
];

export class Card {
  #abort = new AbortController();
  #address;
  #state = el("p", { class: "state" });
  #body = el("div", { class: "body" });
  #changed;

  /**
   * @param choice {model, version, text}
   * @param on {changed(card, news), removed(card), again(card)}
   */
  constructor(file, name, choice, on) {
    this.file = file;
    this.name = name;
    this.model = choice.model;
    this.version = choice.version;
    this.choice = choice;
    this.on = on;
    this.#changed = on.changed;
    this.#address = URL.createObjectURL(file);
    this.element = this.#make();
  }

  get signal() {
    return this.#abort.signal;
  }

  /** waiting, scoring, retrying, done or error. */
  get state() {
    return this.element.dataset.state;
  }

  #make() {
    const image = el("img", {
      src: this.#address,
      alt: `Your image ${this.name}`,
      error: () => image.replaceWith(el("p", { class: "unshown" }, "This browser cannot display it.")),
    });
    const remove = el(
      "button",
      { type: "button", class: "remove", "aria-label": `Remove ${this.name}`, click: () => this.remove() },
      "×",
    );
    const head = el("div", { class: "head" }, el("h3", { title: this.name }, this.name), remove);
    const about = `${this.model} ${this.version || this.choice.text} · ${size(this.file.size)}`;
    return el(
      "li",
      { class: "card" },
      el("div", { class: "view" }, image),
      el("div", { class: "facts" }, head, el("p", { class: "about" }, about), this.#state, this.#body),
    );
  }

  remove() {
    this.#abort.abort();
    URL.revokeObjectURL(this.#address);
    this.element.remove();
    this.on.removed(this);
  }

  waits() {
    this.#is("waiting", "Waiting");
  }

  scores() {
    this.#is("scoring", "Scoring");
  }

  triesAgain(seconds, attempt, attempts, why) {
    this.#is("retrying", `${sentence(why)} Trying again in ${seconds} s (${attempt} of ${attempts}).`);
  }

  failed(message) {
    this.#is("error", sentence(message), `${this.name}: ${message}`);
    const again = () => {
      this.#body.replaceChildren();
      this.on.again(this);
    };
    this.#body.replaceChildren(el("button", { type: "button", class: "quiet", click: again }, "Try again"));
  }

  /** @param result see `score` */
  done(result) {
    const parts = [result.predictions ? predictions(result.predictions) : el("pre", {}, result.text)];
    parts.push(...timing(result.stages, result.took));
    this.#body.replaceChildren(...parts);
    this.#is("done", `Scored in ${millis(result.took)}`, this.#news(result));
  }

  #news(result) {
    const best = result.predictions?.[0];
    return best ? `${this.name}: ${plain(best.className)}, ${share(best.probability)}` : `${this.name}: scored`;
  }

  #is(state, text, news = "") {
    this.element.dataset.state = state;
    this.#state.textContent = text;
    this.#changed(this, news);
  }
}

/** Bar lengths are the probabilities; other scores are scaled so that the best fills its bar. */
function predictions(list) {
  const areShares = list.every(({ probability: p }) => p >= 0 && p <= 1.0001);
  const best = Math.max(...list.map(({ probability: p }) => p), Number.MIN_VALUE);
  const row = ({ className, probability }) => {
    const length = Math.max(0, areShares ? probability : probability / best);
    const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span"));
    bar.firstChild.style.width = `${Math.min(100, 100 * length)}%`;
    const value = areShares ? share(probability) : probability.toPrecision(4);
    const label = el("span", { class: "label", title: className }, plain(className));
    return el("li", {}, label, el("span", { class: "value" }, value), bar);
  };
  return el("ol", { class: "predictions" }, ...list.map(row));
}

/** The duration of each stage: as parts of one bar, and as a list. */
function timing(stages, took) {
  const times = new Map(stages);
  if (times.size === 0) {
    return [];
  }
  const known = ["decode", "queue", "engine"].reduce((sum, name) => sum + (times.get(name) ?? 0), 0);
  times.set("rest", Math.max(0, took - known));
  const bar = el("div", { class: "stages", "aria-hidden": "true" });
  const list = el("dl", { class: "times" });
  for (const [name, title] of STAGES.filter(([name]) => times.has(name))) {
    const part = el("span", { class: name });
    part.style.flexGrow = times.get(name);
    bar.append(part);
    const term = el("dt", {}, el("span", { class: `swatch ${name}`, "aria-hidden": "true" }), title);
    list.append(el("div", {}, term, el("dd", {}, millis(times.get(name)))));
  }
  return [bar, list];
}

export function plain(label) {
  return WORDNET.exec(label)?.[2] ?? label;
}

export function share(probability) {
  const percent = 100 * probability;
  return percent > 0 && percent < 0.05 ? "< 0.1 %" : `${percent.toFixed(1)} %`;
}

function size(bytes) {
  return bytes >= 1 << 20 ? `${(bytes / (1 << 20)).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`;
}

/** Turns a message of the server into a sentence, with a capital letter and a full stop. */
function sentence(text) {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? "" : ".");
}
