// The trials of new versions: what is compared, the verdict so far, and what they disagree on.

import { plain, share } from "./card.js";
import { byId, el } from "./dom.js";

const MODES = { shadow: "Shadow", canary: "Canary" };
const ROLES = {
  shadow: "scores images that were already answered",
  canary: "answers a share of the requests",
};
const DECISIONS = { PASS: "within", FAIL: "beyond", UNDECIDED: "undecided" };
const SHOWN = 6;
const DIGITS = 12; // Of a digest; the management port takes as many.
const TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

const number = (value) => String(Number(value.toFixed(value < 10 ? 2 : 1)));
const points = (value) => `${value > 0 ? "+" : ""}${number(100 * value)} points`;

/** Where the axis of a measure begins and ends: the first of these that leaves nothing out. */
const MEASURES = {
  agreement: {
    title: "Agreement",
    text: share,
    limit: (value) => `at least ${percent(value)}`,
    ends: percent,
    from: [0.98, 0.95, 0.9, 0.8, 0.5, 0],
    to: [1],
    isFloor: true,
  },
  error_rate: {
    title: "Error rate",
    text: share,
    limit: (value) => `at most ${percent(value)}`,
    ends: percent,
    from: [0],
    to: [0.02, 0.05, 0.1, 0.25, 0.5, 1],
  },
  latency_ratio: {
    title: "Latency ratio",
    text: (value) => value.toFixed(2),
    limit: (value) => `at most ${number(value)}`,
    ends: number,
    from: [0],
    to: [2, 3, 5, 10, 100, 1000],
  },
};

/** Measures without a limit. */
const REPORTED = {
  sure_agreement: ["Agreement where sure", share],
  top_probability_change: ["Mean change of certainty", points],
  top_probability_change_p95: ["95 % change by at most", (value) => `${number(100 * value)} points`],
  class_shift: ["Class shift (PSI)", number],
  mcnemar: ["Wrong where only one is right", share],
};

export class Rollouts {
  #place = byId("rollouts");
  #trials = new Map();

  /**
   * @param rollouts from the statistics
   * @param models which say what was stopped and is still in the store
   */
  show(rollouts, models) {
    const current = rollouts.map((one) => [one, stopped(one, models)]).filter(isShown);
    const names = current.map(([{ model }]) => model);
    if (names.join() !== [...this.#trials.keys()].join()) {
      this.#trials = new Map(names.map((name) => [name, this.#trials.get(name) ?? new Trial(name)]));
      this.#place.replaceChildren(...[...this.#trials.values()].map((trial) => trial.element));
    }
    current.forEach(([one, ended]) => this.#trials.get(one.model).show(one, ended));
    this.#place.hidden = names.length === 0;
  }
}

const isShown = ([{ state }, ended]) => state !== "none" || ended.length > 0;

/** The newest first. */
function stopped(rollout, models) {
  const isThere = (number) =>
    models.some(
      ({ name, version, state }) =>
        name === rollout.model && Number(version) === Number(number) && state === "STOPPED",
    );
  return rollout.stopped.filter(({ version }) => isThere(version)).reverse();
}

/** A part of the panel that is made again only if what it shows has changed: text stays selected. */
class Part {
  #shown = "";

  constructor(element) {
    this.element = element;
  }

  show(make, ...facts) {
    const shown = JSON.stringify(facts);
    if (shown !== this.#shown) {
      this.#shown = shown;
      const children = make(...facts).filter((child) => child !== null);
      this.element.replaceChildren(...children);
      this.element.hidden = children.length === 0;
    }
  }
}

class Trial {
  #title = new Part(el("h2", {}));
  #since = new Part(el("p", { class: "muted" }));
  #versions = new Part(el("dl", { class: "versions" }));
  #word = new Part(el("strong", { role: "status" }));
  #why = new Part(el("span", {}));
  #progress = el("div", { class: "bar", role: "progressbar", "aria-label": "Images compared" }, el("span"));
  #measures = new Part(el("div", { class: "measures" }));
  #reported = new Part(el("dl", { class: "times reported" }));
  #disagreements = new Part(el("div", { class: "disagreements" }));
  #stopped = new Part(el("ul", { class: "models" }));

  constructor(model) {
    const title = this.#title.element;
    title.id = `rollout-of-${model}`;
    this.element = el(
      "section",
      { class: "results", "aria-labelledby": title.id },
      el("header", {}, title, this.#since.element),
      el(
        "div",
        { class: "card trial" },
        this.#versions.element,
        el("div", { class: "verdict" }, el("p", {}, this.#word.element, " ", this.#why.element), this.#progress),
        this.#measures.element,
        this.#reported.element,
        this.#disagreements.element,
        this.#stopped.element,
      ),
    );
  }

  show(facts, ended) {
    const { model, mode, serving, candidate, rule, findings = [] } = facts;
    const [state, word, why] = verdict(facts);
    this.element.dataset.verdict = state;
    this.#title.show((name, of) => [name, " ", el("span", { class: "of" }, of)], MODES[mode] ?? mode, model);
    this.#since.show((time) => [time ? `since ${TIME.format(new Date(time))}` : ""], facts.started);
    this.#versions.show(versions, serving, candidate, mode);
    this.#word.show((text) => [text], word);
    this.#why.show((text) => [text], why);
    this.#showProgress(facts.images, rule?.min_images);
    this.#measures.show((all) => all.map(measure), findings.filter(isLimited));
    this.#reported.show(reported, findings.filter((one) => !isLimited(one)), facts.offered, facts.dropped);
    this.#disagreements.show(disagreements, facts.disagreements ?? [], model, serving, candidate, rule?.keep_images);
    this.#stopped.show((all) => all.map(ending), ended);
  }

  #showProgress(images, enough) {
    this.#progress.hidden = images === undefined || enough === undefined;
    this.#progress.setAttribute("aria-valuenow", Math.min(images ?? 0, enough ?? 0));
    this.#progress.setAttribute("aria-valuemax", enough ?? 0);
    this.#progress.firstChild.style.width = `${Math.min(100, (100 * (images ?? 0)) / (enough ?? 1))}%`;
  }
}

const isLimited = ({ limit }) => limit !== undefined;

function versions(serving, candidate, mode) {
  const one = (role, version, what) =>
    version === undefined
      ? null
      : el("div", {}, el("dt", {}, role), el("dd", {}, `Version ${version}`), el("dd", { class: "muted" }, what));
  const answers = mode === "canary" && candidate ? "answers the other requests" : "answers requests";
  return [one("Serving", serving, answers), one("On trial", candidate, ROLES[mode] ?? "")];
}

/** How it stands, in a word for style sheets, in a word for people, and in a sentence. */
function verdict({ model, state, problem, candidate, verdict: decision, rule, images, expired, findings }) {
  if (state === "refused") {
    return ["FAIL", "Refused.", `${capital(problem)}.`];
  }
  if (candidate === undefined) {
    return ["NONE", "Nothing is on trial.", "A version with a higher number will be tried."];
  }
  if (state === "paused") {
    return ["NONE", "Paused.", "The trial goes on when both versions are loaded."];
  }
  const which = findings
    .filter((one) => isLimited(one) && one.decision === decision)
    .map(({ measure: name }) => (MEASURES[name]?.title ?? words(name)).toLowerCase())
    .join(" and ");
  const command = `./lynxeye rollout promote ${model}`;
  if (decision === "PASS") {
    return ["PASS", "Within its limits.", rule.on_pass === "wait" ? `It waits for ${command}, or stop.` : ""];
  }
  if (decision === "FAIL") {
    return ["FAIL", "Beyond its limits", `in ${which}. It waits for ./lynxeye rollout stop ${model}, or promote.`];
  }
  const few = `${images} of ${rule.min_images} images compared.`;
  const more = `${images} images compared; more will show the ${which}.`;
  const late = expired ? ` It has been on trial for longer than ${rule.window}.` : "";
  return ["UNDECIDED", "Undecided.", (images < rule.min_images ? few : more) + late];
}

/** A figure with its bounds and its limit, on an axis; all of them in words too. */
function measure({ measure: name, value, low, high, limit, decision, images }) {
  const about = MEASURES[name] ?? { ...MEASURES.latency_ratio, title: words(name) };
  const bounds = low !== undefined && high !== undefined ? `${about.text(low)} to ${about.text(high)}` : "";
  const caption = el(
    "figcaption",
    {},
    el("span", { class: "title" }, about.title),
    el("span", { class: "now" }, value === undefined ? "–" : about.text(value)),
    el("span", { class: "note" }, about.limit(limit)),
    el("span", { class: "peak" }, value === undefined ? "not measured" : DECISIONS[decision]),
  );
  const [from, to] = ends(about, [low, high, value, limit]);
  return el(
    "figure",
    { class: "chart measure", "data-verdict": decision },
    caption,
    axis(about, [from, to], { value, low, high, limit }),
    el(
      "p",
      { class: "ends" },
      el("span", { "aria-hidden": "true" }, about.ends(from)),
      el("span", {}, bounds ? el("span", { class: "unseen" }, "bounds: ") : null, bounds, images ? null : "no images yet"),
      el("span", { "aria-hidden": "true" }, about.ends(to)),
    ),
  );
}

function ends({ from, to }, values) {
  const known = values.filter((value) => value !== undefined);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return [from.find((end) => end < least) ?? from.at(-1), to.find((end) => end > most) ?? to.at(-1)];
}

function axis({ isFloor }, [from, to], { value, low, high, limit }) {
  const at = (position) => 100 * Math.min(1, Math.max(0, (position - from) / (to - from)));
  const part = (kind, begin, end = begin) => {
    const mark = el("span", { class: kind });
    mark.style.left = `${at(begin)}%`;
    mark.style.width = end === begin ? "" : `${at(end) - at(begin)}%`;
    return mark;
  };
  return el(
    "div",
    { class: "axis", "aria-hidden": "true" },
    isFloor ? part("outside", from, limit) : part("outside", limit, to),
    value === undefined ? null : part("range", low ?? value, high ?? to),
    value === undefined ? null : part("point", value),
    part("limit", limit),
  );
}

function reported(findings, offered, dropped = {}) {
  const row = (title, text) => el("div", {}, el("dt", {}, title), el("dd", {}, text));
  const rows = findings
    .filter(({ value }) => value !== undefined)
    .map(({ measure: name, value }) => {
      const [title, text] = REPORTED[name] ?? [words(name), number];
      return row(title, text(value));
    });
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  if (offered) {
    rows.push(row("Not compared", `${lost} of ${offered}`));
  }
  return rows;
}

function disagreements(all, model, serving, candidate, areKept) {
  if (all.length === 0) {
    return [];
  }
  const head = (...titles) => el("tr", {}, ...titles.map((title) => el("th", { scope: "col" }, title)));
  const row = (one) =>
    el(
      "tr",
      {},
      answer(one.serving),
      answer(one.candidate),
      el("td", {}, el("code", {}, one.digest.slice(0, DIGITS))),
    );
  const title = all.length > SHOWN ? `Where they disagree most: ${SHOWN} of ${all.length}` : "Where they disagree most";
  const table = el(
    "table",
    {},
    el("caption", {}, title),
    el("thead", {}, head(`Version ${serving}`, `Version ${candidate}`, "SHA-256")),
    el("tbody", {}, ...all.slice(0, SHOWN).map(row)),
  );
  return [table, el("p", { class: "muted" }, ...howToSee(all, model, areKept))];
}

function answer({ label, probability }) {
  const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span"));
  bar.firstChild.style.width = `${100 * probability}%`;
  const value = el("span", { class: "value" }, share(probability));
  return el("td", {}, el("span", { class: "answer" }, el("span", { class: "label" }, plain(label)), value, bar));
}

function howToSee(all, model, areKept) {
  if (!areKept) {
    return ["The images are not kept. ", el("code", {}, "rollout.keep_images=true"), " keeps these in memory."];
  }
  const kept = all.find(({ image }) => image);
  const path = `/models/${model}/rollout/images/${(kept ?? all[0]).digest.slice(0, DIGITS)}`;
  return ["To see an image, ask the management port: ", el("code", {}, `curl -O localhost:8081${path}`)];
}

function ending({ version, at, why }) {
  const name = el("p", { class: "name" }, el("strong", {}, `Version ${version}`), " was stopped");
  name.append(el("span", { class: "word muted" }, TIME.format(new Date(at))));
  return el("li", {}, name, el("p", { class: "muted" }, `${capital(why)}.`));
}

function percent(value) {
  return `${number(100 * value)} %`;
}

const words = (name) => capital(name.replaceAll("_", " "));
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
