// ---- charts ---------------------------------------------------------------------------------------------------------

/** Dragging zooms, also with a range selector. Touching scrolls the page; a tap shows the values there. */
const dragToZoom = { ...Dygraph.defaultInteractionModel };
for (const touch of ["touchstart", "touchmove", "touchend"]) delete dragToZoom[touch];

/** Series of {t, v, period} on one table of times: null where a series has nothing, NaN where it has a gap. */
function joined(series) {
  const rows = new Map();
  series.forEach((one, column) => {
    const put = (t, v) => {
      if (!rows.has(t)) rows.set(t, new Array(series.length).fill(null));
      rows.get(t)[column] = v;
    };
    one.t.forEach((t, i) => {
      const before = i ? one.t[i - 1] : t;
      if (one.period && !one.dots && !one.thinned && t - before > 2.5 * one.period) put(before + one.period, NaN);
      put(t, one.v[i] === null ? NaN : one.v[i]);
    });
  });
  return [...rows].sort((a, b) => a[0] - b[0]).map(([t, values]) => [dateOf(t), ...values]);
}

/**
 * A line in one path, so that its dashes run on from point to point (dygraphs' own begins anew at each). null is no
 * point, NaN a gap; a point alone between gaps is a dot.
 */
const linePlotter = (step, pattern) => (e) => {
  const c = e.drawingContext;
  c.save();
  c.strokeStyle = c.fillStyle = e.color;
  c.lineWidth = e.strokeWidth;
  c.lineJoin = "round";
  c.setLineDash(pattern || []);
  let run = [];
  const finish = () => {
    if (run.length === 1) { c.beginPath(); c.arc(run[0][0], run[0][1], 2.5, 0, 7); c.fill(); }
    if (run.length > 1) {
      c.beginPath();
      run.forEach(([x, y], i) => { if (!i) c.moveTo(x, y); else { if (step) c.lineTo(x, run[i - 1][1]); c.lineTo(x, y); } });
      c.stroke();
    }
    run = [];
  };
  for (const point of e.points) {
    if (point.yval === null) continue;
    if (Number.isNaN(point.yval)) finish();
    else run.push([point.canvasx, point.canvasy]);
  }
  finish();
  c.restore();
};

const glyphs = {
  drift: "M0,-6 L6,5 L-6,5 Z", build: "M-4,0 A4,4 0 1 0 4,0 A4,4 0 1 0 -4,0 Z", registered: "M0,-6 L6,0 L0,6 L-6,0 Z",
  approved: "M-5,0 L-1,4 L6,-4", deployed: "M-4.5,-4.5 H4.5 V4.5 H-4.5 Z",
};
const markColors = () => ({ drift: css("--bad"), build: readable("#7f7f7f"), registered: readable("#9467bd"), approved: readable("#17becf"), deployed: readable("#2ca02c") });

function swatch(color, dash, dots) {
  return el("svg", { width: 26, height: 12, "aria-hidden": "true" }, dots
    ? el("circle", { cx: 13, cy: 6, r: 4, fill: color })
    : el("line", { x1: 1, x2: 25, y1: 6, y2: 6, stroke: color, "stroke-width": 3, "stroke-dasharray": dash ? dash.join(" ") : null }));
}

/**
 * A chart over time. options: label (for those who cannot see it), series [{label, t, v, color, dots, right, period,
 * step}], left and right axes, horizontal and vertical annotations, alarms [{name, states}], marks, selector, linked.
 */
function timeChart(options) {
  const series = options.series;
  const names = ["Time", ...series.map((one, i) => (series.findIndex((s) => s.label === one.label) === i ? one.label : `${one.label} (${i + 1})`))];
  const plot = el("div", { class: "plot" });
  if (options.height) plot.style.height = `${options.height}px`;
  const strip = el("svg", { class: "marks", role: "img", "aria-label": "Marks of the loop below the chart; the timeline lists them all." });
  const live = el("div", { class: "hidden", "aria-live": "polite" });
  const moment = el("span", { class: "when" });
  const values = series.map(() => el("b", {}, "–"));
  const toggles = series.map((one, i) => el("button", { type: "button", "aria-pressed": "true", title: `${one.metric || one.label}: show or hide`,
    onclick: () => { const on = toggles[i].getAttribute("aria-pressed") !== "true"; toggles[i].setAttribute("aria-pressed", on); graph.setVisibility(i, on); } }));
  const legend = el("div", { class: "legend" }, moment, toggles);
  const box = el("div", { class: "chart", tabindex: "0", role: "group", "aria-roledescription": "chart",
    "aria-label": `${options.label}. Left and right move through the values, plus and minus zoom, Escape shows all.` }, legend, plot, strip, live);
  const rows = joined(series);
  if (!rows.length) {
    box.replaceChildren(el("p", { class: "problem" }, "No values in this run."));
    return box;
  }
  let graph = null;
  let at = -1;
  const colors = () => series.map((one, i) => readable(one.color, wheel[i % wheel.length]));
  const dash = (i) => (series[i].dots ? null : dashes[series.slice(0, i).filter((s) => !s.dots).length % dashes.length]);

  function show(row, announce) {
    at = row;
    if (row < 0) { moment.textContent = options.hint || "Point at the chart for values"; values.forEach((b) => { b.textContent = "–"; }); return; }
    const t = (rows[row][0] - origin) / 1000;
    moment.textContent = when(t);
    // Where a series has nothing at this very instant, its last value within two periods stands.
    series.forEach((one, i) => {
      let value = rows[row][i + 1];
      for (let back = row; value === null && !one.dots && back >= 0 && rows[row][0] - rows[back][0] <= 2000 * (one.period || 3600); --back) value = rows[back][i + 1];
      values[i].textContent = value === null || Number.isNaN(value) ? "–" : short(value);
    });
    if (announce) live.textContent = `${when(t)}: ${series.map((one, i) => `${one.label} ${values[i].textContent}`).join(", ")}`;
  }

  /** What stands upright in the chart: a dashboard's annotations, then drifts of the world. */
  function upright(area) {
    return [...(options.vertical || []).map((line) => ({ t: line.from, to: line.to, fill: line.fill, label: line.label, color: readable(line.color, "#2ca02c") })),
      ...(options.marks || []).filter((mark) => mark.kind === "drift").map((mark) => ({ t: mark.t, label: area.w < 520 ? mark.label.split(" ")[0] : mark.label, color: css("--bad") }))];
  }

  function underlay(canvas, area, g) {
    const x = (t) => g.toDomXCoord(origin + t * 1000);
    for (const alarm of options.alarms || []) {
      alarm.states.forEach(([t, name], i) => {
        if (name === "OK") return;
        const to = i + 1 < alarm.states.length ? alarm.states[i + 1][0] : view.end;
        const left = Math.max(area.x, x(t)), right = Math.min(area.x + area.w, x(to));
        if (right < left) return;
        canvas.fillStyle = css(name === "ALARM" ? "--alarm" : "--unknown");
        canvas.fillRect(left, area.y, Math.max(1, right - left), area.h);
      });
    }
    for (const line of options.horizontal || []) {
      const y = (v) => g.toDomYCoord(v, line.right ? 1 : 0);
      const color = readable(line.color, "#d62728");
      const [top, bottom] = line.to !== null && line.to !== undefined ? [Math.min(y(line.from), y(line.to)), Math.max(y(line.from), y(line.to))]
        : line.fill === "above" ? [area.y, y(line.from)] : line.fill === "below" ? [y(line.from), area.y + area.h] : [0, 0];
      if (bottom > top) { canvas.globalAlpha = 0.12; canvas.fillStyle = color; canvas.fillRect(area.x, top, area.w, bottom - top); canvas.globalAlpha = 1; }
      canvas.strokeStyle = color; canvas.setLineDash([6, 3]); canvas.beginPath(); canvas.moveTo(area.x, y(line.from)); canvas.lineTo(area.x + area.w, y(line.from)); canvas.stroke(); canvas.setLineDash([]);
      canvas.fillStyle = color; canvas.font = "12px system-ui, sans-serif"; canvas.textAlign = "left"; canvas.fillText(line.label || "", area.x + 6, y(line.from) - 4);
    }
    for (const line of upright(area)) {
      const left = x(line.t);
      const edges = line.to !== null && line.to !== undefined ? [left, x(line.to)] : line.fill === "before" ? [area.x, left] : line.fill === "after" ? [left, area.x + area.w] : null;
      if (edges) { canvas.globalAlpha = 0.12; canvas.fillStyle = line.color; canvas.fillRect(edges[0], area.y, edges[1] - edges[0], area.h); canvas.globalAlpha = 1; }
      if (left < area.x || left > area.x + area.w) continue;
      canvas.strokeStyle = line.color; canvas.lineWidth = 1.5; canvas.setLineDash([3, 3]); canvas.beginPath(); canvas.moveTo(left, area.y); canvas.lineTo(left, area.y + area.h); canvas.stroke();
      canvas.setLineDash([]); canvas.lineWidth = 1;
    }
  }

  /** Words over the curves, on paper of their own: a threshold may run where they stand. */
  function drawLabels(canvas, area, g) {
    canvas.save();
    canvas.font = "600 12px system-ui, sans-serif"; canvas.textAlign = "left";
    upright(area).forEach((line, i) => {
      const at = g.toDomXCoord(origin + line.t * 1000);
      if (!line.label || at < area.x || at > area.x + area.w) return;
      const width = canvas.measureText(line.label).width, y = area.y + 13 + 16 * (i % 2);
      const left = area.x + area.w - at > width + 8 ? at + 5 : at - 5 - width;
      canvas.globalAlpha = 0.85; canvas.fillStyle = css("--paper"); canvas.fillRect(left - 2, y - 11, width + 4, 15);
      canvas.globalAlpha = 1; canvas.fillStyle = line.color; canvas.fillText(line.label, left, y);
    });
    canvas.restore();
  }

  /** Rows of signs under the plot, in its own time scale: alarm states, then each kind of mark. */
  function drawStrip(g) {
    const marks = options.marks || [];
    const kinds = Object.keys(glyphs).filter((kind) => marks.some((mark) => mark.kind === kind));
    const alarms = options.alarms || [];
    const area = g.getArea();
    if (area.w < 1) return;  // narrower than its labels, as for a moment while the page is laid out
    const height = 18 * (kinds.length + alarms.length) + (kinds.length + alarms.length ? 4 : 0);
    strip.setAttribute("height", height);
    if (!height) { strip.replaceChildren(); return; }
    const inside = (x) => x >= area.x - 1 && x <= area.x + area.w + 1;
    const x = (t) => g.toDomXCoord(origin + t * 1000);
    const palette = markColors();
    const children = [];
    const name = (text, y) => el("text", { x: area.x - 6, y: y + 4, "text-anchor": "end" }, text);
    let y = 10;
    for (const alarm of alarms) {
      children.push(el("rect", { x: area.x, y: y - 6, width: area.w, height: 12, fill: "none", stroke: css("--line") }), name("alarm", y));
      alarm.states.forEach(([t, status], i) => {
        if (status === "OK") return;
        const left = Math.max(area.x, x(t)), right = Math.min(area.x + area.w, x(i + 1 < alarm.states.length ? alarm.states[i + 1][0] : view.end));
        if (right < left) return;
        children.push(el("rect", { x: left, y: status === "ALARM" ? y - 6 : y - 2, width: Math.max(1.5, right - left), height: status === "ALARM" ? 12 : 4,
          fill: status === "ALARM" ? css("--bad") : css("--strong-line") }, el("title", {}, `${alarm.name}: ${status} from ${when(t)}`)));
      });
      y += 18;
    }
    for (const kind of kinds) {
      children.push(el("line", { x1: area.x, x2: area.x + area.w, y1: y, y2: y, stroke: css("--line") }), name(kind, y));
      let taken = -100;
      for (const mark of marks) {
        if (mark.kind !== kind || !inside(x(mark.t))) continue;
        if (x(mark.t) - taken < 1.5) continue;
        taken = x(mark.t);
        children.push(el("path", { d: glyphs[kind], transform: `translate(${x(mark.t)},${y})`, fill: kind === "approved" ? "none" : palette[kind], "fill-opacity": 0.85,
          stroke: palette[kind], "stroke-width": kind === "approved" ? 2 : 1, "data-mark": kind }, el("title", {}, `${kind}: ${mark.label}, ${when(mark.t)}`)));
      }
      y += 18;
    }
    strip.replaceChildren(...children);
  }

  const window_ = (g) => g.xAxisRange().map((ms) => (ms - origin) / 1000);
  let quiet = false;
  const limits = [options.from ?? 0, options.to ?? view.end];
  function shown(from, to) {
    quiet = true;
    graph.updateOptions({ dateWindow: [origin + from * 1000, origin + to * 1000] });
    quiet = false;
  }
  function zoom(factor) {
    const [a, b] = window_(graph);
    const middle = at >= 0 ? Math.min(b, Math.max(a, (rows[at][0] - origin) / 1000)) : (a + b) / 2;
    move(middle - (middle - a) * factor, middle + (b - middle) * factor);
  }
  function move(a, b) {
    a = Math.max(limits[0], a); b = Math.min(limits[1], b);
    if (b - a < 120) return;
    shown(a, b);
    if (options.linked) view.set(a, b, box);
  }
  const axis = (side) => {
    const given = options[side] || {};
    return { low: given.min ?? null, high: given.max ?? null };
  };
  const right = series.some((one) => one.right);
  const perSeries = {};
  series.forEach((one, i) => {
    perSeries[names[i + 1]] = { axis: one.right ? "y2" : "y", strokeWidth: one.dots ? 0 : 2, drawPoints: Boolean(one.dots), pointSize: one.dots ? 4 : 2,
      highlightCircleSize: 5, ...(one.dots || options.stacked ? {} : { plotter: linePlotter(one.step, dash(i)) }), connectSeparatedPoints: !one.dots, showInRangeSelector: !one.right };
  });
  const highest = Math.max(...series.flatMap((one) => (one.right ? one.v.filter(Number.isFinite) : [])), 0);
  /** Numbers beside the right edge need a word when the body names none: dots are calls of functions. */
  const dotted = right && series.every((one) => !one.right || one.dots);
  const settings = () => ({
    labels: names, labelsUTC: true, legend: "never", colors: colors(), series: perSeries, animatedZooms: false, digitsAfterDecimal: 4,
    xRangePad: 2, yRangePad: 8, gridLineColor: css("--line"), axisLineColor: css("--strong-line"), axisLabelWidth: innerWidth >= 720 ? 68 : 60, rightGap: 8,
    customBars: Boolean(options.bars), interactionModel: dragToZoom, fillAlpha: 0.22, stackedGraph: Boolean(options.stacked), ylabel: (options.left || {}).label || null, y2label: (options.right || {}).label || (dotted && innerWidth >= 720 ? "calls" : null),
    showRangeSelector: Boolean(options.selector), rangeSelectorHeight: 42, rangeSelectorPlotStrokeColor: css("--strong-line"), rangeSelectorPlotFillColor: css("--line"),
    rangeSelectorBackgroundStrokeColor: css("--strong-line"), rangeSelectorForegroundStrokeColor: css("--ink"), rangeSelectorAlpha: 0.55,
    axes: { x: { axisLabelWidth: 56, pixelsPerLabel: 44 }, y: { valueRange: [axis("left").low, axis("left").high], axisLabelFormatter: (v) => short(v) },
      // Dots of a counter stay in the lower third, below the curves.
      y2: right ? { valueRange: [axis("right").low ?? 0, axis("right").high ?? (series.some((one) => one.dots) ? Math.max(3, highest * 3) : null)], drawGrid: false, independentTicks: true, axisLabelWidth: 34,
        axisLabelFormatter: (v) => (Number.isInteger(v) && v <= highest ? short(v) : "") } : {} },
    underlayCallback: underlay,
    plugins: [{ activate: () => ({ didDrawChart: (event) => drawLabels(event.drawingContext, event.dygraph.getArea(), event.dygraph) }) }],
    drawCallback: (g) => { drawStrip(g); },
    zoomCallback: (from, to) => { if (options.linked && !quiet) view.set((from - origin) / 1000, (to - origin) / 1000, box); },
    highlightCallback: (event, x, points, row) => show(row, false),
    unhighlightCallback: () => show(-1, false),
    clickCallback: (event, x) => { if (options.click) options.click((x - origin) / 1000); },
  });
  const whole = [origin + limits[0] * 1000, origin + limits[1] * 1000];
  // Made once it has a size: dygraphs draws into what its element measures.
  requestAnimationFrame(() => {
    graph = new Dygraph(plot, rows, { ...settings(), dateWindow: whole });
    box.graph = graph;
    show(-1, false);
    themed(() => {
      toggles.forEach((toggle, i) => toggle.replaceChildren(swatch(colors()[i], dash(i), series[i].dots), series[i].label, " ", values[i]));
      graph.updateOptions(settings());
    });
    new ResizeObserver(() => { if (plot.clientWidth) graph.resize(); }).observe(plot);
    if (options.selector) plot.addEventListener("mouseup", () => setTimeout(() => { if (options.linked) view.set(...window_(graph), box); }));
    if (options.ready) options.ready(graph);
  });
  if (options.linked) view.listen(box, (from, to) => graph && shown(from, to));
  box.addEventListener("keydown", (event) => {
    if (event.target !== box || !graph) return;
    const step = event.shiftKey ? 10 : 1;
    const [a, b] = window_(graph);
    const within = (row) => { const t = (rows[row][0] - origin) / 1000; return t >= a && t <= b; };
    const first = rows.findIndex((_, i) => within(i));
    const keys = {
      ArrowRight: () => go(at < 0 ? first : at + step), ArrowLeft: () => go(at < 0 ? first : at - step), Home: () => go(first), End: () => go(rows.length - 1),
      "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), Escape: () => move(...limits), 0: () => move(...limits),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  function go(row) {
    if (row < 0 || row >= rows.length) return;
    const t = (rows[row][0] - origin) / 1000;
    const [a, b] = window_(graph);
    if (t < a) move(t, t + b - a);
    if (t > b) move(t - (b - a), t);
    graph.setSelection(row);
    show(row, true);
  }
  box.append(el("div", { class: "tools" }, el("button", { type: "button", onclick: () => zoom(0.5) }, "Zoom in"), el("button", { type: "button", onclick: () => zoom(2) }, "Zoom out"),
    el("button", { type: "button", onclick: () => move(...limits) }, "Show all"), el("span", { class: "help" }, "Drag to zoom; with the keyboard: arrows, + and −, Escape")));
  box.append(valueTable(options.label, names, rows));
  return box;
}

/** The numbers behind a chart, made when asked for. */
function valueTable(label, names, rows) {
  const most = 2000;
  const details = el("details", {}, el("summary", {}, "Values as a table"));
  details.addEventListener("toggle", () => {
    if (!details.open || details.children.length > 1) return;
    const body = rows.slice(0, most).map((row) => [when((row[0] - origin) / 1000), ...row.slice(1).map((v) => (Array.isArray(v) ? v.map(short).join(" / ") : v === null ? "" : short(v)))]);
    details.append(table(rows.length > most ? `${label}: the first ${most} of ${rows.length} instants` : label, names, body, names.map((_, i) => i).slice(1)));
  });
  return details;
}

/** A curve of y over x, both numbers: ROC and precision over recall. */
function curve(title, xLabel, yLabel, x, y, diagonal) {
  const size = 260, pad = 38;
  const px = (v) => pad + v * (size - pad - 8), py = (v) => size - pad - v * (size - pad - 8);
  const path = x.map((v, i) => `${i ? "L" : "M"}${px(v).toFixed(1)},${py(y[i]).toFixed(1)}`).join(" ");
  const ticks = [0, 0.5, 1];
  const svg = el("svg", { width: size, height: size, viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": `${title}: ${x.length} points` });
  themed(() => svg.replaceChildren(
    ...ticks.flatMap((v) => [el("line", { x1: px(0), x2: px(1), y1: py(v), y2: py(v), stroke: css("--line") }), el("line", { x1: px(v), x2: px(v), y1: py(0), y2: py(1), stroke: css("--line") }),
      el("text", { x: px(v), y: py(0) + 15, "text-anchor": "middle", "font-size": 11, fill: css("--faint") }, v), el("text", { x: px(0) - 6, y: py(v) + 4, "text-anchor": "end", "font-size": 11, fill: css("--faint") }, v)]),
    diagonal ? el("line", { x1: px(0), y1: py(0), x2: px(1), y2: py(1), stroke: css("--strong-line"), "stroke-dasharray": "4 4" }) : "",
    el("path", { d: path, fill: "none", stroke: readable("#1f77b4"), "stroke-width": 2, "data-points": x.length }),
    el("text", { x: px(0.5), y: size - 6, "text-anchor": "middle", "font-size": 12, fill: css("--ink") }, xLabel),
    el("text", { x: 12, y: py(0.5), "text-anchor": "middle", "font-size": 12, fill: css("--ink"), transform: `rotate(-90 12 ${py(0.5)})` }, yLabel)));
  return el("figure", { style: "margin:0" }, el("h4", {}, title), svg);
}
