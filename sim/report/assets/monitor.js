// ---- monitors: statistics against constraints -----------------------------------------------------------------------

const metricGroups = ["regression_metrics", "binary_classification_metrics", "multiclass_classification_metrics"];
const constraintGroups = ["regression_constraints", "binary_classification_constraints", "multiclass_classification_constraints"];
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const group = (document_, names) => names.map((name) => (isObject(document_) ? document_[name] : null)).find(isObject) || {};

const bounds = { GreaterThanThreshold: (v, t) => v > t, LessThanThreshold: (v, t) => v < t };
/** Written for people: SageMaker's comparison names what is a violation. */
const allowed = { GreaterThanThreshold: "at most", LessThanThreshold: "at least" };

function qualityTable(statistics, constraints) {
  const metrics = group(statistics, metricGroups);
  const limits = group(constraints, constraintGroups);
  const names = Object.keys(metrics).filter((name) => isObject(metrics[name]) && "value" in metrics[name]);
  if (!names.length) return null;
  const count = isObject(statistics.dataset) ? statistics.dataset.item_count : null;
  return table(`Statistics of the last run${count === null || count === undefined ? "" : ` (${count} records)`} against the baseline's constraints`, ["metric", "value", "standard deviation", "constraint", "verdict"], names.map((name) => {
    const value = metrics[name].value, limit = limits[name];
    const known = isObject(limit) && bounds[limit.comparison_operator];
    const violated = known && bounds[limit.comparison_operator](value, limit.threshold);
    return [name, short(value), short(metrics[name].standard_deviation), known ? `${allowed[limit.comparison_operator]} ${short(limit.threshold)}` : "none",
      known ? el("span", { class: `state ${violated ? "bad" : "good"}` }, violated ? "violated" : "kept") : "–"];
  }), [1, 2]);
}

function confusionMatrix(statistics) {
  const matrix = group(statistics, metricGroups).confusion_matrix;
  if (!isObject(matrix)) return null;
  const truths = Object.keys(matrix);
  const predicted = [...new Set(truths.flatMap((truth) => (isObject(matrix[truth]) ? Object.keys(matrix[truth]) : [])))];
  const most = Math.max(1, ...truths.flatMap((truth) => predicted.map((p) => Number(matrix[truth][p]) || 0)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Confusion matrix" }, el("table", { class: "matrix" }, el("caption", {}, "Confusion matrix: rows are true labels, columns predicted ones"),
    el("thead", {}, el("tr", {}, el("td", {}), predicted.map((p) => el("th", { scope: "col" }, p)))),
    el("tbody", {}, truths.map((truth) => el("tr", {}, el("th", { scope: "row" }, truth), predicted.map((p) => {
      const n = Number(matrix[truth][p]) || 0;
      return el("td", { style: `background:color-mix(in srgb, ${p === truth ? "#2ca02c" : "#d62728"} ${Math.round((35 * n) / most)}%, transparent)` }, n);
    }))))));
}

function curves(statistics) {
  const metrics = group(statistics, metricGroups);
  const roc = metrics.receiver_operating_characteristic_curve, pr = metrics.precision_recall_curve;
  const good = (c, x, y) => isObject(c) && Array.isArray(c[x]) && Array.isArray(c[y]) && c[x].length === c[y].length && c[x].length > 1;
  return [good(roc, "false_positive_rates", "true_positive_rates") && curve(`ROC curve${isObject(metrics.auc) ? `, area ${short(metrics.auc.value)}` : ""}`, "false positive rate", "true positive rate", roc.false_positive_rates, roc.true_positive_rates, true),
    good(pr, "recalls", "precisions") && curve("Precision over recall", "recall", "precision", pr.recalls, pr.precisions, false)].filter(Boolean);
}

/** Shares of a feature's values: [label, baseline share, live share]. Baseline buckets are matched by their place. */
function shares(live, baseline) {
  const read = (feature) => {
    if (!isObject(feature)) return null;
    const numeric = feature.numerical_statistics?.distribution?.kll?.buckets, text = feature.string_statistics?.distribution?.categorical?.buckets;
    if (Array.isArray(numeric)) return { numeric: true, buckets: numeric.map((b) => ({ low: b.lower_bound, high: b.upper_bound, count: b.count })) };
    if (Array.isArray(text)) return { numeric: false, buckets: text.map((b) => ({ label: String(b.value), count: b.count })) };
    return null;
  };
  const now = read(live), then = read(baseline);
  if (!now) return null;
  const total = (d) => d.buckets.reduce((sum, b) => sum + b.count, 0) || 1;
  if (!now.numeric) {
    const labels = [...new Set([...(then ? then.buckets : []), ...now.buckets].map((b) => b.label))];
    const share = (d, label) => (d ? (d.buckets.find((b) => b.label === label)?.count || 0) / total(d) : null);
    return labels.map((label) => [label, share(then, label), share(now, label)]);
  }
  // Buckets of the two files have their own bounds: the baseline is spread evenly over the live ones.
  const spread = (bucket) => (then ? then.buckets.reduce((sum, b) => {
    const width = b.high - b.low;
    const overlap = Math.min(b.high, bucket.high) - Math.max(b.low, bucket.low);
    return sum + (width > 0 ? (Math.max(0, overlap) / width) * b.count : b.low >= bucket.low && b.low < bucket.high ? b.count : 0);
  }, 0) / total(then) : null);
  return now.buckets.map((b) => [`${short(b.low)} – ${short(b.high)}`, spread(b), b.count / total(now)]);
}

function pairedBars(title, rows, names, format) {
  const most = Math.max(...rows.flatMap((row) => row.slice(1).map((v) => Math.abs(v || 0)))) || 1;
  const bars = el("div", { class: "bars", role: "group", "aria-label": title });
  themed(() => {
    const colors = [readable("#7f7f7f"), readable("#ff7f0e")];
    bars.replaceChildren(...rows.flatMap(([label, ...values]) => [el("span", {}, label),
      el("div", { class: "pair" }, values.map((v, i) => (v === null ? "" : el("div", { class: "bar", style: `width:${(100 * Math.abs(v)) / most}%;background:${colors[i]}${i ? "" : ";background-image:repeating-linear-gradient(45deg,transparent 0 3px,rgba(255,255,255,.35) 3px 5px)"}` })))),
      el("span", {}, values.map((v, i) => (v === null ? "" : `${i && values[0] !== null ? " / " : ""}${format(v)}`)))]));
  });
  return el("div", {}, el("h4", {}, `${title} (${names.join(" / ")})`), bars);
}

function distributions(monitor) {
  if (!isObject(monitor.statistics) || !Array.isArray(monitor.statistics.features)) return [];
  const before = isObject(monitor.baseline) && Array.isArray(monitor.baseline.features) ? monitor.baseline.features : [];
  return monitor.statistics.features.map((feature) => {
    const rows = shares(feature, before.find((one) => one.name === feature.name));
    if (!rows || !rows.length) return null;
    return pairedBars(`${feature.name} (${feature.inferred_type || "?"})`, rows, rows.some((r) => r[1] !== null) ? ["baseline hatched", "live"] : ["live"], (v) => `${(100 * v).toFixed(1)} %`);
  }).filter(Boolean);
}

/** Global SHAP values, the greatest baseline first: a change of ranks is the drift. */
function attributions(monitor) {
  const read = (d) => {
    const labels = isObject(d) && d.explanations?.kernel_shap;
    return isObject(labels) ? labels : {};
  };
  const live = read(monitor.statistics), before = read(monitor.constraints);
  return Object.entries(live).filter(([, one]) => isObject(one) && isObject(one.global_shap_values)).map(([label, one]) => {
    const now = one.global_shap_values, then = isObject(before[label]) ? before[label].global_shap_values || {} : {};
    const order = (values) => Object.keys(values).sort((a, b) => values[b] - values[a]);
    const ranks = [order(then), order(now)];
    const rank = (list, name) => (list.includes(name) ? list.indexOf(name) + 1 : "–");
    const names = [...new Set([...ranks[0], ...ranks[1]])];
    return pairedBars(`Attribution of ${label}, rank ${ranks[0].length ? "before → now" : "now"}`, names.map((name) => [`${name} (${ranks[0].length ? `${rank(ranks[0], name)} → ` : ""}${rank(ranks[1], name)})`, then[name] ?? null, now[name] ?? null]),
      ranks[0].length ? ["baseline hatched", "live"] : ["live"], short);
  });
}

function biasTable(monitor) {
  const parts = ["pre_training_bias_metrics", "post_training_bias_metrics"].flatMap((kind) => {
    const facets = isObject(monitor.statistics) && isObject(monitor.statistics[kind]) ? monitor.statistics[kind].facets : null;
    if (!isObject(facets)) return [];
    const before = isObject(monitor.constraints) && isObject(monitor.constraints[kind]) ? monitor.constraints[kind].facets || {} : {};
    return Object.entries(facets).flatMap(([facet, values]) => (Array.isArray(values) ? values : []).flatMap((one) => (one.metrics || []).map((metric) => {
      const was = (before[facet] || []).find((v) => v.value_or_threshold === one.value_or_threshold)?.metrics?.find((m) => m.name === metric.name);
      return [`${facet} = ${one.value_or_threshold}`, metric.description || metric.name, was ? short(was.value) : "–", metric.error ? metric.error : short(metric.value)];
    })));
  });
  return parts.length ? table("Bias by facet", ["facet", "metric", "baseline", "live"], parts, [2, 3]) : null;
}

function violations(monitor) {
  const list = isObject(monitor.violations) && Array.isArray(monitor.violations.violations) ? monitor.violations.violations : [];
  if (!list.length) return null;
  return table("Violations of the last run that has any", ["what", "check", "description"], list.map((v) => [v.feature_name || v.metric_name || v.facet || v.label || "–", v.constraint_check_type || "–", v.description || "–"]));
}

function runHistory(monitor) {
  if (!monitor.history.length) return null;
  const limits = group(monitor.constraints, constraintGroups);
  const host = el("div", {});
  const choose = (index) => {
    const one = monitor.history[index], limit = limits[one.name];
    host.replaceChildren(timeChart({ label: `${one.name} of ${monitor.name}, run by run`, series: [{ label: one.name, t: one.t, v: one.v, color: "#ff7f0e", period: 3600 }], left: {}, linked: true, height: 220,
      horizontal: isObject(limit) && Number.isFinite(limit.threshold) ? [{ from: limit.threshold, label: `constraint of the last baseline: ${allowed[limit.comparison_operator] || ""} ${short(limit.threshold)}`, color: "#1f77b4" }] : [],
      marks: data.marks.filter((m) => m.kind === "drift" || m.kind === "deployed") }));
  };
  const select = el("select", { "aria-label": "Metric", onchange: () => choose(select.selectedIndex) }, monitor.history.map((one) => el("option", {}, one.name)));
  choose(0);
  return el("div", {}, el("div", { class: "tools" }, el("h4", { style: "margin:0" }, "Run by run"), select), host);
}

function monitorViews() {
  if (!data.monitors.length) return section("monitors", "Monitors", el("p", {}, unpackProblem || "No monitor ran, or this result.json does not record its files."));
  return section("monitors", "Monitors", data.monitors.map((monitor, i) => {
    const small = [confusionMatrix(monitor.statistics), ...curves(monitor.statistics), ...distributions(monitor), ...attributions(monitor)].filter(Boolean);
    const details = el("details", { id: `monitor-${i}`, open: i === 0 }, el("summary", {}, `${monitor.name} (${monitor.type})`));
    const fill = () => {
      if (details.children.length > 1) return;
      details.append(el("p", { class: "why" }, monitor.exit_message), qualityTable(monitor.statistics, monitor.constraints) || "", runHistory(monitor) || "", biasTable(monitor) || "",
        small.length ? el("div", { class: "columns" }, small) : "", violations(monitor) || "");
    };
    if (i === 0) fill();
    details.addEventListener("toggle", () => details.open && fill());
    return details;
  }));
}
