// The list of models, and the choice of one to score with.

import { byId, el } from "./dom.js";

const WORDS = {
  START: "found",
  LOADING: "loading",
  AVAILABLE: "available",
  SHADOW: "shadow",
  CANARY: "canary",
  UNLOADING: "unloading",
  END: "unloaded",
  STOPPED: "stopped",
};

/** They answer requests that name them. */
const ON_TRIAL = ["SHADOW", "CANARY"];

export class Models {
  #model = byId("model");
  #version = byId("version");
  #list = byId("models");
  #all = [];
  #shown = "";

  constructor() {
    this.#model.addEventListener("change", () => this.#showVersions());
  }

  /** {model, version, text}; an empty version is the serving one. */
  get choice() {
    const text = this.#version.selectedOptions[0]?.textContent;
    return { model: this.#model.value, version: this.#version.value, text };
  }

  /** @param models from the statistics, which mark the default model */
  show(models) {
    const shown = JSON.stringify(models);
    if (shown === this.#shown) {
      return; // Rebuilding would close a list that the user has open.
    }
    this.#shown = shown;
    this.#all = models;
    this.#list.replaceChildren(...models.map(item));
    this.#showNames();
  }

  #available() {
    return this.#all.filter(({ state }) => state === "AVAILABLE" || ON_TRIAL.includes(state));
  }

  #showNames() {
    const names = [...new Set(this.#available().map(({ name }) => name))];
    const standard = this.#all.find((model) => model.default)?.name;
    offer(this.#model, names.length ? names.map((name) => [name, name]) : [["", "none available"]], standard);
    this.#showVersions();
  }

  #showVersions() {
    const versions = this.#available().filter(({ name }) => name === this.#model.value);
    const isOnTrial = ({ state }) => ON_TRIAL.includes(state);
    const options = [["", versions.some(isOnTrial) ? "serving" : "newest"]];
    for (const { version, aliases, state } of [...versions].reverse()) {
      options.push([version, ON_TRIAL.includes(state) ? `${version} (on trial)` : version]);
      options.push(...aliases.map((alias) => [alias, `${alias} (${version})`]));
    }
    offer(this.#version, options, "");
  }
}

/** Keeps the current choice if it still exists. */
function offer(select, options, otherwise) {
  const chosen = select.value;
  select.replaceChildren(...options.map(([value, text]) => el("option", { value }, text)));
  const values = options.map(([value]) => value);
  const wanted = [chosen, otherwise].find((value) => value !== undefined && values.includes(value));
  select.value = wanted ?? values[0];
}

function item(model) {
  const failed = model.state === "END" && model.reason;
  const word = failed ? "failed" : (WORDS[model.state] ?? model.state);
  const facts = [model.engine, model.device, model.precision?.split(":")[0]].filter(Boolean);
  if (model.labels) {
    facts.push(`${model.labels} classes`);
  }
  const names = (model.aliases ?? []).map((alias) => el("span", { class: "alias" }, alias));
  return el(
    "li",
    { "data-state": failed ? "FAILED" : model.state },
    el(
      "p",
      { class: "name" },
      el("strong", {}, model.name),
      ` version ${model.version} `,
      ...names,
      el("span", { class: "word" }, el("span", { class: "lamp", "aria-hidden": "true" }), word),
    ),
    facts.length ? el("p", { class: "muted" }, facts.join(" · ")) : null,
    model.reason ? el("p", { class: "reason" }, model.reason) : null,
    model.drift ? el("p", { class: model.driftAlarm ? "reason" : "muted" }, model.drift) : null,
  );
}
