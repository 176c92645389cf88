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
/** The colour, moved towards black or white until it stands out 3 : 1 from the paper, as AA asks of graphics. */
function readable(color, fallback) {
  const paper = rgb(css("--paper")) || [255, 255, 255];
  const light = luminance(paper) > 0.4;
  let mixed = rgb(color) || rgb(fallback) || [31, 119, 180];
  const contrast = () => {
    const [a, b] = [luminance(mixed), luminance(paper)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  for (let i = 0; i < 40 && contrast() < 3.05; ++i) mixed = mixed.map((c) => (light ? c * 0.96 : c + (255 - c) * 0.05));
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
    Rejected: "warning", PendingManualApproval: "waiting", Pending: "waiting", Creating: "waiting", Updating: "waiting", Stopped: "waiting" }[status] || "good");
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

/** Numbers that travel as 16 bits each; NaN where they are missing. */
function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed.blob), (c) => c.charCodeAt(0));
  const levels = new DataView(bytes.buffer);
  const values = new Float64Array(packed.count);
  for (let i = 0; i < packed.count; ++i) {
    const level = levels.getUint16(2 * i, true);
    values[i] = level === 65535 ? NaN : packed.low + (level / 65534) * (packed.high - packed.low);
  }
  return values;
}
