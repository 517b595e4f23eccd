// Live charts, drawn by hand: a step per second, the newest at the right.

import { el, svg } from "./dom.js";

const WIDTH = 240;
const HEIGHT = 48;

const CHARTS = [
  { series: "throughput", title: "Throughput", unit: "/s", digits: 1 },
  { series: "latencyMillis", title: "Latency", unit: " ms", digits: 0 },
  { series: "queued", title: "Queue", unit: "", digits: 0 },
  { series: "batchSize", title: "Batch size", unit: "", digits: 1 },
];

export class Charts {
  #charts;

  constructor(place) {
    this.#charts = CHARTS.map((about) => new Chart(about));
    place.append(...this.#charts.map((chart) => chart.element));
  }

  /** @param live by series: numbers by second, oldest first, null where there was nothing */
  show(live) {
    this.#charts.forEach((chart) => chart.show(live?.[chart.series] ?? []));
  }
}

class Chart {
  #about;
  #value = el("span", { class: "now" }, "–");
  #peak = el("span", { class: "peak" });
  #area = svg("path", { class: "area" });
  #stroke = svg("path", { class: "stroke" });
  #picture;

  constructor(about) {
    this.#about = about;
    this.series = about.series;
    this.#picture = svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" },
      svg("line", { class: "base", x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }),
      this.#area,
      this.#stroke,
    );
    const caption = el("figcaption", {}, el("span", { class: "title" }, about.title), this.#value, this.#peak);
    this.element = el("figure", { class: "chart" }, caption, this.#picture);
    this.show([]);
  }

  show(values) {
    const known = values.filter((value) => value !== null);
    const peak = Math.max(0, ...known);
    const now = this.#recent(values);
    this.#value.textContent = now === null ? "–" : this.#text(now);
    this.#peak.textContent = known.length ? `peak ${this.#text(peak)}` : "";
    this.#picture.setAttribute("aria-label", this.#words(now, peak, known.length));
    const { stroke, area } = paths(values, peak || 1);
    this.#stroke.setAttribute("d", stroke);
    this.#area.setAttribute("d", area);
  }

  /** The newest that is known of the last few seconds. */
  #recent(values) {
    const recent = values.slice(-5).filter((value) => value !== null);
    return recent.length ? recent[recent.length - 1] : null;
  }

  #text(value) {
    const digits = value >= 100 || Number.isInteger(value) ? 0 : Math.max(this.#about.digits, value < 10 ? 1 : 0);
    return value.toFixed(digits) + this.#about.unit;
  }

  #words(now, peak, known) {
    if (known === 0) {
      return `${this.#about.title}: nothing in the last two minutes`;
    }
    return `${this.#about.title}: now ${now === null ? "nothing" : this.#text(now)}, highest ${this.#text(peak)}`;
  }
}

/** A line that breaks where nothing is known, and the area below it. */
function paths(values, peak) {
  const step = WIDTH / Math.max(1, values.length);
  const y = (value) => (HEIGHT - 1 - (value / peak) * (HEIGHT - 4)).toFixed(1);
  let stroke = "";
  let area = "";
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null) {
      continue;
    }
    const [left, right, top] = [(i * step).toFixed(1), ((i + 1) * step).toFixed(1), y(values[i])];
    const begins = i === 0 || values[i - 1] === null;
    stroke += `${begins ? "M" : "L"}${left} ${top}H${right}`;
    area += `M${left} ${HEIGHT}V${top}H${right}V${HEIGHT}Z`;
  }
  return { stroke, area };
}
