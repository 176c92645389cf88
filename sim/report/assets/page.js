// ---- elements, time, colours ----------------------------------------------------------------------------------------

const data = JSON.parse(document.getElementById("data").textContent);
const origin = (data.runs ? data.runs[0] : data.run).start_ms;

/** An element; attributes by name, `on…` as listeners; children are elements or texts, never markup. */
function el(tag, attributes, ...children) {
  const svg = ["svg", "path", "rect", "line", "circle", "g", "text", "title", "polyline", "pattern", "defs"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(2)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

const two = (n) => String(n).padStart(2, "0");
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const dateOf = (t) => new Date(origin + t * 1000);
/** "Jun 10 02:30" in UTC. */
function clock(t) {
  const d = dateOf(t);
  return `${months[d.getUTCMonth()]} ${d.getUTCDate()} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}
const day = (t) => `day ${(t / 86400).toFixed(1)}`;
const when = (t) => `${clock(t)} UTC (${day(t)})`;
function span(seconds) {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  let rest = Math.round(seconds);
  const words = [];
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    if (count && words.length < 2) words.push(`${count} ${unit}`);
    else if (words.length) break;
    rest -= count * length;
  }
  return words.join(" ") || "no time";
}
/** Four significant digits, without an exponent where that is readable. */
function short(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
function rgb(color) {
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color || "");
  if (!hex) return null;
  const h = hex[1].length === 3 ? [...hex[1]].map((c) => c + c).join("") : hex[1];
  return [0, 2, 4].map((i) => parseInt(h.slice(i, i + 2), 16));
}
function luminance(color) {
  const [r, g, b] = color.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
/** The colour, moved towards black or white until it stands out 3 : 1 from the paper, as AA asks of graphics; more on
 * dark paper, where the ground of an alarm lies between. */
function readable(color, fallback) {
  const paper = rgb(css("--paper")) || [255, 255, 255];
  const light = luminance(paper) > 0.4;
  let mixed = rgb(color) || rgb(fallback) || [31, 119, 180];
  const contrast = () => {
    const [a, b] = [luminance(mixed), luminance(paper)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  for (let i = 0; i < 40 && contrast() < (light ? 3.05 : 4.6); ++i) mixed = mixed.map((c) => (light ? c * 0.96 : c + (255 - c) * 0.05));
  return `#${mixed.map((c) => two(Math.round(c).toString(16))).join("")}`;
}
const wheel = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"];
/** Series differ by dash too. */
const dashes = [null, [9, 4], [2, 3], [12, 3, 2, 3], [5, 2]];

function section(id, title, ...children) {
  return el("section", { id, "aria-labelledby": `${id}-title` }, el("h2", { id: `${id}-title` }, title), ...children);
}
function table(caption, head, rows, numbers = []) {
  const cell = (tag) => (text, i) => el(tag, { class: numbers.includes(i) ? "number" : null, scope: tag === "th" ? "col" : null }, text);
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, head.map(cell("th")))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell("td")))))));
}
const stateClass = (status) =>
  ({ ALARM: "bad", Failed: "bad", InAlert: "bad", OutOfService: "bad", CompletedWithViolations: "warning", INSUFFICIENT_DATA: "warning",
    Rejected: "warning", PendingManualApproval: "waiting", Pending: "waiting", Creating: "waiting", Updating: "waiting", Stopped: "waiting", Inactive: "waiting" }[status] || "good");
const state = (status) => el("span", { class: `state ${stateClass(status)}` }, status || "–");

/** The window of time that every chart and the timeline show. */
const view = {
  end: Math.max(...(data.runs || [data.run]).map((run) => run.end)),
  window: null,
  listeners: [],
  set(from, to, source) {
    const whole = from <= 0 && to >= this.end;
    this.window = whole ? null : [from, to];
    for (const listener of this.listeners) if (listener.source !== source) listener.show(whole ? 0 : from, whole ? this.end : to);
  },
  listen(source, show) { this.listeners.push({ source, show }); },
};

const redrawers = [];
/** Called now, and whenever the colours change. */
function themed(draw) {
  draw();
  redrawers.push(draw);
}
for (const query of ["(prefers-color-scheme: dark)", "print"])
  matchMedia(query).addEventListener("change", () => redrawers.forEach((draw) => draw()));

// ---- what travels compressed ----------------------------------------------------------------------------------------

/** Bytes behind a gzipped text of base64; by the browser's own means, also from a file. */
async function inflated(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
const unpackedJson = async (packed) => JSON.parse(new TextDecoder().decode(await inflated(packed.gzip)));

/** Numbers that travel as differences of 14-bit levels, low bytes before high bytes; NaN where they are missing. */
async function unpackedNumbers(packed) {
  const bytes = new Uint8Array(await inflated(packed.gzip));
  const { count, row, low, high } = packed;
  const values = new Float64Array(count);
  const step = (high - low) / 16382;
  let before = 0, rowBegin = 0;
  for (let i = 0; i < count; ++i) {
    const word = bytes[i] | (bytes[count + i] << 8);
    const begins = i % row === 0;
    const level = (begins ? rowBegin : before) + ((word >> 1) ^ -(word & 1));
    if (begins) rowBegin = level;
    before = level;
    values[i] = level === 16383 ? NaN : low + level * step;
  }
  return values;
}

/** Columns of a lane as the items they are: [from, length, outcome, label, first line, last line], in seconds. */
function itemsOf(lane) {
  let from = 0;
  return lane.from.map((after, i) => {
    from += after;
    return [from / 1000, lane.length[i] / 1000, lane.outcome[i], lane.label[i], lane.first[i], lane.last[i]];
  });
}

/** Why a section is empty, when this browser is the reason. */
let unpackProblem = null;

/** Unpacks the long parts of a run's page in place. Without DecompressionStream they are left out, with a note. */
async function unpackAll() {
  if (data.kind !== "run") return;
  try {
    if (typeof DecompressionStream === "undefined") throw new Error("it has no DecompressionStream (Chrome 80, Firefox 113, Safari 16.4 have it)");
    const forecasts = data.series ? data.series.forecasts : [];
    await Promise.all([
      unpackedJson(data.monitors).then((monitors) => { data.monitors = monitors; }),
      data.timeline && unpackedJson(data.timeline.lanes).then((lanes) => { data.timeline.lanes = lanes.map((lane) => ({ ...lane, items: itemsOf(lane) })); }),
      data.series && unpackedNumbers(data.series.values).then((numbers) => { data.series.numbers = numbers; }),
      ...forecasts.map((one) => unpackedNumbers(one.values).then((numbers) => { one.numbers = numbers; })),
      ...forecasts.map((one) => unpackedJson(one.t).then((t) => { one.t = t; })),
    ]);
  } catch (error) {
    unpackProblem = "This browser cannot unpack this part of the report; result.json and trace.jsonl beside it hold it.";
    data.notes.push({ where: "this browser", text: `cannot unpack the timeline, the series and the monitors: ${error.message || error}` });
    data.monitors = [];
    data.timeline = data.series = null;
  }
}
