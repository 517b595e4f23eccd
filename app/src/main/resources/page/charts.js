// Live charts in SVG: one step per second, the newest on the right.

import { el, svg } from "./dom.js";

const SECONDS = 120;
const STEP = 2;
const WIDTH = SECONDS * STEP;
const HEIGHT = 48;
const TOP = 3; // Space for the stroke.

/** `upper` is drawn as an area behind the line; without it, the area is below the line. */
const CHARTS = [
  { title: "Throughput", series: "pictures", text: (value) => `${count(value)}/s`, note: troubles },
  {
    title: "Latency",
    series: "latencyP50Millis",
    upper: "latencyP95Millis",
    text: millis,
    note: () => "median; area: 95th percentile",
  },
  { title: "Queue", series: "queued", text: count },
  { title: "Batch size", series: "batchSize", text: (value) => count(Math.round(value * 10) / 10) },
];

export class Charts {
  #charts;

  constructor(place) {
    this.#charts = CHARTS.map((about) => new Chart(about));
    place.append(...this.#charts.map((chart) => chart.element));
  }

  /** @param live for each series, one number per second, oldest first; null where there is no data */
  show(live) {
    this.#charts.forEach((chart) => chart.show(live));
  }
}

class Chart {
  #about;
  #value = el("span", { class: "now" });
  #note = el("span", { class: "note" });
  #peak = el("span", { class: "peak" });
  #area = svg("path", { class: "area" });
  #stroke = svg("path", { class: "stroke" });
  #drawing;

  constructor(about) {
    this.#about = about;
    this.#drawing = svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" },
      this.#area,
      this.#stroke,
      svg("line", { class: "base", x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }),
    );
    const title = el("span", { class: "title" }, about.title);
    const caption = el("figcaption", {}, title, this.#value, this.#note, this.#peak);
    this.element = el("figure", { class: "chart" }, caption, this.#drawing);
    this.show({});
  }

  show(live) {
    const values = twoMinutes(live[this.#about.series]);
    const upper = this.#about.upper ? twoMinutes(live[this.#about.upper]) : values;
    const peak = Math.max(...upper);
    const newest = values.slice(-5).findLast((value) => value !== null) ?? null;
    const isKnown = values.some((value) => value !== null);
    this.#value.textContent = newest === null ? "–" : this.#about.text(newest);
    this.#peak.textContent = peak > 0 ? `peak ${this.#about.text(peak)}` : "";
    this.#note.textContent = this.#about.note?.(live) ?? "";
    this.#drawing.setAttribute("aria-label", this.#words(isKnown, peak));
    this.#area.setAttribute("d", area(upper, peak));
    this.#stroke.setAttribute("d", stroke(values, peak));
  }

  #words(isKnown, peak) {
    const words = `now ${this.#value.textContent}, highest ${this.#about.text(peak)}`;
    return `${this.#about.title}: ${isKnown ? words : "no data in the last two minutes"}`;
  }
}

/** Pads the values of a server that has been running for less than two minutes. */
function twoMinutes(values = []) {
  return [...new Array(Math.max(0, SECONDS - values.length)).fill(null), ...values.slice(-SECONDS)];
}

function level(value, peak) {
  return (HEIGHT - (peak > 0 ? value / peak : 0) * (HEIGHT - TOP)).toFixed(1);
}

/** A line with gaps where there is no data. */
function stroke(values, peak) {
  let path = "";
  values.forEach((value, i) => {
    if (value !== null) {
      path += `${i > 0 && values[i - 1] !== null ? "L" : "M"}${i * STEP} ${level(value, peak)}h${STEP}`;
    }
  });
  return path;
}

function area(values, peak) {
  return values
    .map((value, i) => (value ? `M${i * STEP} ${HEIGHT}V${level(value, peak)}h${STEP}V${HEIGHT}Z` : ""))
    .join("");
}

function troubles(live) {
  const sum = (values = []) => values.reduce((total, value) => total + value, 0);
  const parts = [
    [sum(live.rejected), "rejected"],
    [sum(live.failed), "failed"],
  ];
  return parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`).join(", ");
}

function count(value) {
  return String(Number(value.toFixed(1)));
}

export function millis(value) {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
