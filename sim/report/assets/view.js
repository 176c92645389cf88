// ---- headline -------------------------------------------------------------------------------------------------------

function verdict(run) {
  if (!run.judged) return el("span", { class: "verdict none" }, "Not judged");
  return el("span", { class: `verdict ${run.passed ? "good" : "bad"}` }, run.passed ? "✓ Passed" : "✗ Failed");
}

function notesBox(notes) {
  if (!notes.length) return null;
  return el("section", { class: "notes", id: "notes", "aria-label": "Notes" },
    el("strong", {}, notes.length === 1 ? "One thing could not be read or drawn as it stands" : `${notes.length} things could not be read or drawn as they stand`),
    el("ul", {}, notes.map((note) => el("li", {}, el("code", {}, note.where), ": ", note.text))));
}

function copyable(text) {
  const button = el("button", { type: "button", onclick: () => {
    const chosen = getSelection();
    chosen.selectAllChildren(pre);
    button.textContent = document.execCommand("copy") ? "Copied" : "Select and copy";
  } }, "Copy");
  const pre = el("pre", {}, text);
  return el("div", { class: "command" }, pre, button);
}

function identity(run) {
  const rows = [["System", run.system], ["Virtual time", `${run.length}, ${clock(0)} to ${clock(run.end)} UTC, ${Number(run.events).toLocaleString("en")} events`],
    ["Seed", el("code", {}, run.seed)], ["Trace hash", el("code", {}, run.trace_hash)], ["Settings hash", el("code", {}, run.settings_hash)], ["Version", run.version], ["File", run.file]];
  return el("dl", { class: "identity" }, rows.filter(([, value]) => value !== "").map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function cycleTable(cycle) {
  return table(`${cycle.onset === null ? "The first turn of the loop" : `After the drift on ${day(cycle.onset)}`} (${cycle.alarm})`, ["step", "at", "after the one before"],
    cycle.steps.map((step) => [step.name, step.t === null ? "not reached" : when(step.t), step.after ? `+${step.after}` : ""]));
}

function headline(run) {
  return el("section", { id: "headline", "aria-label": "Headline" },
    el("h1", {}, verdict(run), run.scenario), run.why && el("p", { class: "why" }, run.why),
    el("p", { class: "story" }, run.story.map((sentence) => [el("span", {}, sentence), " "])),
    el("ul", { class: "tiles" }, run.facts.map((fact) => el("li", {}, el("div", { class: "label" }, fact.label), el("div", { class: "value" }, fact.value), el("div", { class: "hint" }, fact.hint)))),
    run.command && copyable(run.command),
    el("p", { class: "why" }, "Seed ", el("code", {}, run.seed), run.trace_hash && [", trace ", el("code", {}, run.trace_hash)], "; ", el("a", { href: "#run" }, "delays of the loop, bill and identity"), "."));
}

function aboutTheRun(run) {
  return section("run", "Delays, bill and identity",
    el("div", { class: "columns" }, identity(run),
      run.delays.length ? table("Delays of the loop", ["from, to", "median", "longest", "of"], run.delays.map((d) => [d.name, d.median, d.longest, d.count]), [3]) : null),
    run.bill.length ? el("details", {}, el("summary", {}, `What the run would have cost on AWS: ${run.bill_total.toFixed(2)} USD`),
      table(`List prices as of ${run.prices_as_of}, without free allowance, tax or discount`, ["item", "quantity", "unit", "price, USD", "USD"],
        run.bill.map((item) => [item.item, short(item.quantity), item.unit, short(item.price), item.usd.toFixed(2)]), [1, 3, 4]),
      run.unpriced.length ? el("p", { class: "problem" }, `Without a price, and not in the total: ${run.unpriced.join(", ")}`) : null) : null,
    run.cycles.length ? el("details", {}, el("summary", {}, "How the loop answered"), el("div", { class: "columns" }, run.cycles.map(cycleTable))) : null);
}

// ---- dashboards -----------------------------------------------------------------------------------------------------

/** Headings, lists, emphasis, code and links of a text widget, as elements. Links are shown, not followed. */
function markdown(text) {
  const inline = (line) => {
    const parts = [];
    const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]*)\)/g;
    let last = 0;
    for (let m = pattern.exec(line); m; m = pattern.exec(line)) {
      parts.push(line.slice(last, m.index));
      parts.push(m[1] ? el("code", {}, m[1]) : m[2] ? el("strong", {}, m[2]) : m[3] ? el("em", {}, m[3]) : el("span", { title: m[5] }, `${m[4]} (${m[5]})`));
      last = pattern.lastIndex;
    }
    return [...parts, line.slice(last)];
  };
  const blocks = [];
  let list = null;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^(#{1,6})\s+(.*)/.exec(line), item = /^\s*(?:[-*]|\d+\.)\s+(.*)/.exec(line);
    if (item) {
      if (!list) blocks.push((list = el("ul", {})));
      list.append(el("li", {}, inline(item[1])));
      continue;
    }
    list = null;
    if (heading) blocks.push(el(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2])));
    else if (line.trim()) blocks.push(el("p", {}, inline(line)));
  }
  return el("div", {}, blocks);
}

const last = (one) => (one.v.length ? one.v[one.v.length - 1] : null);
const drawnAlarms = (names) => data.alarms.filter((alarm) => names.includes(alarm.name));

function metricWidget(widget, index) {
  const title = widget.title || "metric";
  if (!widget.series.length) return null;
  if (widget.view === "timeSeries") {
    return timeChart({ label: title, series: widget.series.map((one) => ({ ...one, step: /_threshold /.test(`${one.metric} `) })), left: widget.left, right: widget.right, stacked: widget.stacked,
      horizontal: widget.horizontal, vertical: widget.vertical, alarms: drawnAlarms(widget.alarms), marks: widget.w >= 12 ? data.marks : data.marks.filter((mark) => mark.kind === "drift"),
      selector: widget.w >= 12, linked: true, height: Math.max(190, Math.min(480, (widget.units || widget.h) * 42)), index });
  }
  if (widget.view === "table") {
    return table(title, ["metric", "statistic", "last", "least", "greatest", "average"], widget.series.map((one) => [one.label, one.statistic, short(last(one)), short(Math.min(...one.v)),
      short(Math.max(...one.v)), short(one.v.reduce((a, b) => a + b, 0) / one.v.length)]), [2, 3, 4, 5]);
  }
  if (widget.view === "singleValue") return el("ul", { class: "tiles" }, widget.series.map((one) => el("li", {}, el("div", { class: "label" }, `${one.label} (${one.statistic})`), el("div", { class: "tile" }, short(last(one))))));
  // gauge, bar and pie are all shares of something; a bar reads best.
  const most = Math.max(...widget.series.map((one) => Math.abs(last(one) || 0)), widget.view === "gauge" ? widget.left.max || 0 : 0) || 1;
  const bars = el("div", { class: "bars" });
  themed(() => bars.replaceChildren(...widget.series.flatMap((one, i) => [el("span", {}, one.label),
    el("div", { class: "bar", style: `width:${(100 * Math.abs(last(one) || 0)) / most}%;background:${readable(one.color, wheel[i % wheel.length])}` }), el("b", {}, short(last(one)))])));
  return bars;
}

function alarmTiles(names) {
  return drawnAlarms(names).map((alarm) => {
    const now = alarm.states.length ? alarm.states[alarm.states.length - 1] : [0, "INSUFFICIENT_DATA"];
    const inAlarm = alarm.states.reduce((sum, [t, name], i) => sum + (name === "ALARM" ? (i + 1 < alarm.states.length ? alarm.states[i + 1][0] : view.end) - t : 0), 0);
    return el("p", {}, el("strong", {}, alarm.name), " ", state(now[1]), ` since ${when(now[0])}; in ALARM for ${span(inAlarm)} in all`, alarm.rule && [el("br"), el("span", { class: "why" }, alarm.rule)]);
  });
}

function widgetBox(widget, index) {
  const body = widget.type === "text" ? markdown(widget.markdown) : widget.type === "alarm" ? alarmTiles(widget.alarms) : widget.type === "metric" ? metricWidget(widget, index) : null;
  return el("div", { class: "widget", style: `grid-column:${widget.x + 1} / span ${widget.w};grid-row:${widget.y + 1} / span ${widget.h}`, "data-type": widget.type },
    widget.title && el("h4", {}, widget.title), body, widget.problems.map((problem) => el("p", { class: "problem" }, problem)));
}

/** Rows of the grid that no widget begins or ends in need no height: their numbers are closed up. */
function compact(widgets) {
  const edges = [...new Set(widgets.flatMap((w) => [w.y, w.y + w.h]))].sort((a, b) => a - b);
  return widgets.map((w) => ({ ...w, y: edges.indexOf(w.y), h: edges.indexOf(w.y + w.h) - edges.indexOf(w.y), units: w.h }));
}

function dashboards() {
  if (!data.dashboards.length) return section("dashboard", "CloudWatch dashboard", el("p", {}, "This run has no dashboard and no metric to draw one from."));
  const host = el("div", {});
  const open = (index) => {
    const dashboard = data.dashboards[index];
    host.replaceChildren(el("div", { class: "grid" }, compact(dashboard.widgets).map(widgetBox)));
    buttons.forEach((button, i) => button.setAttribute("aria-current", i === index ? "true" : "false"));
  };
  const buttons = data.dashboards.map((dashboard, i) => el("button", { type: "button", onclick: () => open(i) }, dashboard.name));
  open(0);
  return section("dashboard", "CloudWatch dashboard", data.dashboards.length > 1 ? el("div", { class: "tools" }, buttons) : null, host,
    el("p", { class: "why" }, "Red ground: the alarm is in ALARM; grey ground: INSUFFICIENT_DATA. Under each chart the marks of the loop; drift also as a dashed line."));
}

// ---- model dashboard ------------------------------------------------------------------------------------------------

const monitorKinds = [["DataQuality", "Data quality"], ["ModelQuality", "Model quality"], ["ModelBias", "Bias"], ["ModelExplainability", "Feature attribution"]];

/** Inactive (not scheduled), OK, or since when it is in alert, as SageMaker's page says it. */
function alertOf(monitor) {
  if (monitor.status !== "Scheduled") return state("Inactive");
  if (monitor.alert !== "InAlert") return state("OK");
  return [state("InAlert"), monitor.alert_since === null ? "" : el("span", { class: "since" }, ` since ${when(monitor.alert_since)}`)];
}

function modelDashboard() {
  const { models, packages, endpoints } = data.models;
  const parts = [];
  if (models.length) {
    parts.push(table("Models behind an endpoint", ["model", "risk rating", ...monitorKinds.map(([, name]) => name), "endpoints"], models.map((model) => [model.name, model.risk_rating,
      ...monitorKinds.map(([kind]) => {
        const own = data.monitors.filter((monitor) => monitor.type === kind && model.endpoints.includes(monitor.endpoint));
        return own.length ? own.map((monitor, i) => [i ? el("br") : "", alertOf(monitor), own.length > 1 ? ` (${monitor.name})` : ""]).flat() : "None";
      }), model.endpoints.join(", ")])));
  }
  if (data.monitors.length) {
    parts.push(table("Monitors", ["schedule", "kind", "endpoint", "runs at", "status", "last run", "last status", "alert", "violations"], data.monitors.map((monitor) => {
      const i = monitor.outcome.length - 1;
      return [el("a", { href: `#monitor-${data.monitors.indexOf(monitor)}` }, monitor.name), monitor.type, monitor.endpoint, el("code", {}, monitor.schedule || "–"), state(monitor.status), i < 0 ? "never" : when(monitor.scheduled[i]),
        i < 0 ? "–" : state(monitor.outcome[i]), monitor.alert ? alertOf(monitor) : "–", `${monitor.outcome.filter((s) => s === "CompletedWithViolations").length} of ${monitor.outcome.length} runs`];
    })));
  }
  if (endpoints.length) parts.push(table("Endpoints", ["endpoint", "status", "configuration", "last changed"], endpoints.map((e) => [e.name, state(e.status), el("code", {}, e.config), when(e.modified)])));
  if (packages.length) {
    const list = table("Model versions", ["group", "version", "approval", "registered", "decided after"], packages.map((p) => [p.group, p.version, state(p.approval_status), when(p.created),
      p.approval_status === "PendingManualApproval" ? "–" : span(p.modified - p.created)]), [1]);
    parts.push(packages.length > 8 ? el("details", { open: packages.length < 20 }, el("summary", {}, `${packages.length} model versions`), list) : list);
  }
  if (!parts.length) parts.push(el("p", {}, "This result.json does not record models and monitors; a newer driftlab run does."));
  return section("models", "Model dashboard", parts);
}

// ---- the series and its forecasts -----------------------------------------------------------------------------------

function seriesView() {
  const series = data.series;
  if (!series) return section("series", "Series and forecasts", el("p", {}, unpackProblem || "This result.json does not record the series; a newer driftlab run does."));
  const values = series.numbers;
  const overview = timeChart({ label: `${series.name}, the whole run`, series: [{ label: series.name, t: series.overview.t, v: series.overview.v, color: "#1f77b4", thinned: true }], marks: data.marks.filter((m) => m.kind === "drift"),
    alarms: [], selector: false, linked: true, height: 190, from: Math.min(0, series.start), hint: "Click to see the forecast of that hour", click: (t) => choose(nearest(t)) });
  const forecasts = series.forecasts.filter((one) => one.t.length);
  if (!forecasts.length) return section("series", "Series and forecasts", overview, el("p", {}, "No forecast was recorded."));
  let which = forecasts[0];
  let numbers = which.numbers;
  const fan = el("div", {});
  const slider = el("input", { type: "range", min: 0, max: which.t.length - 1, value: 0, style: "flex:1 1 220px", "aria-label": "Which forecast", oninput: () => choose(Number(slider.value)) });
  const words = el("span", { "aria-live": "polite" });
  const picker = el("select", { "aria-label": "Endpoint", onchange: () => { which = forecasts[picker.selectedIndex]; numbers = which.numbers; slider.max = which.t.length - 1; choose(0); } },
    forecasts.map((one) => el("option", {}, one.endpoint)));
  const nearest = (t) => which.t.reduce((best, start, i) => (Math.abs(start - t) < Math.abs(which.t[best] - t) ? i : best), 0);
  let fanGraph = null;
  function choose(index) {
    index = Math.max(0, Math.min(which.t.length - 1, index));
    slider.value = index;
    slider.setAttribute("aria-valuetext", when(which.t[index]));
    const start = which.t[index], n = which.length, levels = which.levels.length;
    const middle = which.levels.reduce((best, level, i) => (Math.abs(level - 0.5) < Math.abs(which.levels[best] - 0.5) ? i : best), 0);
    const value = (level, step) => numbers[(index * levels + level) * n + step];
    const rows = [];
    const before = 4 * n, after = Math.ceil(n / 2);
    for (let k = -before; k < n + after; ++k) {
      const t = start + k * which.step;
      const i = Math.round((t - series.start) / series.step);
      const truth = i >= 0 && i < values.length ? values[i] : NaN;
      const inside = k >= 0 && k < n;
      rows.push([dateOf(t), [truth, truth, truth], inside ? [value(0, k), value(middle, k), value(levels - 1, k)] : [null, null, null]]);
    }
    const percent = (level) => `${Number((100 * which.levels[level]).toFixed(1))} %`;
    const band = levels > 1 ? `forecast ${percent(middle)} (band ${percent(0)} to ${percent(levels - 1)})` : `forecast ${percent(middle)}`;
    words.textContent = `made of what was known before ${when(start)}; ${n} steps of ${span(which.step)}`;
    const labels = ["Time", series.name, band];
    if (fanGraph) { fanGraph.updateOptions({ file: rows, labels, series: fanSeries(labels), dateWindow: null }); fanRows = rows; return; }
    fanRows = rows;
    requestAnimationFrame(() => {
      fanGraph = new Dygraph(plot, rows, { ...fanSettings(), labels, series: fanSeries(labels) });
      fan.graph = fanGraph;
      themed(() => { fanGraph.updateOptions(fanSettings()); key.replaceChildren(el("span", { class: "key" }, swatch(readable("#1f77b4")), series.name), el("span", { class: "key" }, swatch(readable("#ff7f0e"), [9, 4]), band), reading); });
      new ResizeObserver(() => { if (plot.clientWidth) fanGraph.resize(); }).observe(plot);
    });
  }
  let fanRows = [];
  const fanSeries = (labels) => ({ [labels[1]]: { strokeWidth: 2 }, [labels[2]]: { strokeWidth: 2, strokePattern: [9, 4] } });
  const fanSettings = () => ({ customBars: true, interactionModel: dragToZoom, labelsUTC: true, legend: "never", colors: [readable("#1f77b4"), readable("#ff7f0e")], gridLineColor: css("--line"), axisLineColor: css("--strong-line"), fillAlpha: 0.25, axisLabelWidth: 68,
    axes: { x: { axisLabelWidth: 70 }, y: { axisLabelFormatter: (v) => short(v) } }, yRangePad: 8, xRangePad: 2, highlightCallback: (e, x, points, row) => read(row), unhighlightCallback: () => { reading.textContent = ""; } });
  const reading = el("span", { "aria-live": "polite" });
  function read(row) {
    const [at, truth, f] = fanRows[row];
    reading.textContent = `${when((at - origin) / 1000)}: ${series.name} ${short(truth[1])}${f[1] === null ? "" : `, forecast ${short(f[1])} (${short(f[0])} to ${short(f[2])})`}`;
  }
  const plot = el("div", { class: "plot" });
  const key = el("div", { class: "legend" });
  let cursor = -1;
  fan.className = "chart";
  fan.setAttribute("tabindex", "0");
  fan.setAttribute("role", "group");
  fan.setAttribute("aria-label", "Forecast fan of the chosen hour. Left and right move through the values.");
  fan.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    cursor = Math.max(0, Math.min(fanRows.length - 1, cursor + (event.key === "ArrowRight" ? 1 : -1)));
    fanGraph.setSelection(cursor);
    read(cursor);
  });
  fan.append(key, plot);
  const firstDrift = data.run.drifts.length ? data.run.drifts[0].from : which.t[0];
  choose(nearest(firstDrift + 3600));
  return section("series", "Series and forecasts", overview,
    el("div", { class: "tools" }, forecasts.length > 1 ? picker : el("span", {}, `Forecast of ${which.endpoint}`), el("button", { type: "button", onclick: () => choose(Number(slider.value) - 1) }, "Earlier"),
      slider, el("button", { type: "button", onclick: () => choose(Number(slider.value) + 1) }, "Later"), words), fan);
}

// ---- expectations ---------------------------------------------------------------------------------------------------

function expectations(run) {
  if (!run.expectations.length) return section("expectations", "What was asked and what held", el("p", {}, "The scenario expects nothing; add an \"expect\" block to make this run a test."));
  return section("expectations", "What was asked and what held", run.expectations.map((one) => el("div", { class: "expectation" },
    el("span", { class: `state ${one.held ? "good" : "bad"}` }, one.held ? "held" : "FAILED"), el("code", { class: "words" }, one.text), el("div", { class: "evidence" }, one.evidence))));
}

// ---- two runs -------------------------------------------------------------------------------------------------------

function comparePage() {
  const [a, b] = data.runs;
  const names = data.names;
  const side = (line) => names[line.side];
  const head = el("section", { id: "headline", "aria-label": "Headline" }, el("h1", {}, `${names[0]} beside ${names[1]}`), el("p", { class: "story" }, data.story.map((sentence) => [el("span", {}, sentence), " "])),
    table("Differences, the largest first", ["", names[0], names[1], "change"], [["expectations", verdict(a), verdict(b), ""], ...data.rows.map((row) => [row.label, row.a, row.b, row.change])], [1, 2]));
  const loss = data.metrics.map((metric) => {
    const build = (name, colors) => metric.lines.filter((line) => line.name === name).map((line) => ({ label: side(line), metric: `${name} of ${side(line)}`, t: line.t, v: line.v, color: colors[line.side], period: 3600, step: name.endsWith("_threshold") }));
    const all = [...build("weighted_quantile_loss", ["#ff7f0e", "#1f77b4"]).map((one) => ({ ...one, label: `loss, ${one.label}` }))];
    const thresholds = build("weighted_quantile_loss_threshold", ["#ff7f0e", "#1f77b4"]).map((one) => ({ ...one, label: `threshold, ${one.label}` }));
    const marks = data.marks[0].filter((mark) => mark.kind === "drift");
    return [el("h3", {}, `Threshold, ${metric.stage}`), timeChart({ label: `Threshold of ${metric.stage}`, series: thresholds, marks, left: { min: 0 }, height: 200, linked: true }),
      el("h3", {}, `Weighted quantile loss, ${metric.stage}`), timeChart({ label: `Weighted quantile loss of ${metric.stage}`, series: all, marks, left: { min: 0 }, selector: true, linked: true })];
  });
  const words = { alarm: "Alarms so far", build: "Builds so far", deployed: "Deployments so far" };
  const sums = Object.entries(words).map(([kind, title]) => {
    const lines = data.counts.filter((count) => count.kind === kind).map((count) => {
      const end = data.runs[count.side].end;
      return { label: side(count), t: [0, ...count.t, end], v: [0, ...count.t.map((_, i) => i + 1), count.t.length], color: ["#ff7f0e", "#1f77b4"][count.side], step: true };
    });
    return el("div", {}, el("h3", {}, title), timeChart({ label: title, series: lines, left: { min: 0 }, height: 190, linked: true, marks: [] }));
  });
  return [head, section("events", "What the loop did", el("div", { class: "columns" }, sums)), section("metrics", "Metric and threshold", loss),
    section("runs", "The two runs", el("div", { class: "columns" }, data.runs.map((run, i) => el("div", {}, el("h3", {}, verdict(run), names[i]), el("p", { class: "story" }, run.story.join(" ")), run.command && copyable(run.command), identity(run)))))];
}
