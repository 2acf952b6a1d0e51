// Draws every <figure data-chart="kind"> from the JSON beside it. One function per kind returns an ECharts option.
// Colours never stand alone: bands carry letters, series carry names and dashes, bars carry patterns.
"use strict";

(() => {
  const TOU = { sharp: "#c92a2a", peak: "#d9480f", flat: "#1864ab", valley: "#2b8a3e", deep: "#5f3dc4" };
  const GREEN = "#0b5d4f", INK = "#1f2937", GREY = "#4b5563", LINE = "#d5dbd8", UP = "#b45309", DOWN = "#2b8a3e";
  const STRIPES = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: Math.PI / 4, color: "rgba(255,255,255,.65)" };
  const chinese = document.documentElement.lang.startsWith("zh");

  const number = (value, digits = 2) => value.toLocaleString("en-US", { maximumFractionDigits: digits });
  const money = (fen) => (fen < 0 ? "−" : "") + "¥" + (Math.abs(fen) / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const shown = (data, raw) => raw === null ? "–" : data.unit === "¥" ? money(raw) : `${number(raw / data.divisor, 3)} ${data.unit}`;
  const scale = (values, divisor) => values.map((value) => (value === null ? null : value / divisor));
  const em = () => parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8;

  const base = (data) => ({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: em(), color: INK },
    aria: { enabled: false },
    grid: { left: 8, right: 24, top: 34, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", confine: true, renderMode: "richText" },
    xAxis: axis({ type: "category", data: data.labels }),
    yAxis: axis({ type: "value", name: data.unit, splitNumber: 4 }),
  });
  const axis = (more) => ({
    axisLabel: { color: GREY, fontSize: em(), hideOverlap: true }, nameTextStyle: { color: GREY, fontSize: em() },
    axisLine: { lineStyle: { color: "#8a9490" } }, splitLine: { lineStyle: { color: LINE } }, axisTick: { show: false }, ...more,
  });
  const tip = (data, values) => ({
    trigger: "axis", confine: true, renderMode: "richText",
    formatter: (points) => `${points[0].name}\n` + points.map((point) => shown(data, values(point))).join("\n"),
  });

  function bars(data) {
    const marked = new Set(data.marked);
    return {
      ...base(data),
      tooltip: tip(data, (point) => data.values[point.dataIndex]),
      series: [{
        type: "bar", itemStyle: { color: GREEN }, barMaxWidth: 36,
        data: scale(data.values, data.divisor).map((value, i) => marked.has(i) ? { value, itemStyle: { color: GREEN, decal: STRIPES } } : value),
      }],
    };
  }

  function line(data) {
    const strokes = ["solid", "dashed", "dotted"], colours = [GREEN, "#d9480f", "#1864ab", "#5f3dc4"], symbols = ["circle", "rect", "triangle", "diamond"];
    return {
      ...base(data),
      grid: { left: 8, right: 90, top: 34, bottom: 8, containLabel: true },
      tooltip: {
        trigger: "axis", confine: true, renderMode: "richText",
        formatter: (points) => `${points[0].name}\n` + points.map((point) => `${point.seriesName}: ${shown(data, data.series[point.seriesIndex].values[point.dataIndex])}`).join("\n"),
      },
      series: data.series.map((one, i) => ({
        type: "line", name: one.name, data: scale(one.values, data.divisor), symbol: symbols[i % 4], symbolSize: 6,
        lineStyle: { type: strokes[i % 3], color: colours[i % 4], width: 2 }, itemStyle: { color: colours[i % 4] },
        endLabel: { show: true, formatter: one.name, color: INK, fontSize: em() }, labelLayout: { moveOverlap: "shiftY" },
      })),
    };
  }

  function curve(data) {
    const last = data.labels.length - 1;
    const option = base(data);
    option.xAxis = axis({
      type: "category", data: data.labels,
      axisLabel: { color: GREY, fontSize: em(), interval: (i) => (i + 1) % Math.ceil((last + 1) / 6) === 0 },
    });
    option.tooltip = {
      trigger: "axis", confine: true, renderMode: "richText",
      formatter: ([point]) => {
        const band = data.bands.find((one) => one.first <= point.dataIndex && point.dataIndex < one.end);
        return `${point.name}${band ? `  ${band.letter} ${band.name}` : ""}\n${shown(data, data.values[point.dataIndex])}`;
      },
    };
    const areas = data.bands.map((band) => [
      {
        name: band.letter, xAxis: Math.max(band.first - 0.5, 0), itemStyle: { color: TOU[band.period], opacity: 0.13 },
        label: { show: true, position: "insideTop", color: TOU[band.period], fontWeight: 700, fontSize: em() * 1.1 },
      },
      { xAxis: Math.min(band.end - 0.5, last) },
    ]);
    option.series = [{
      type: "line", step: "middle", symbol: "none", data: scale(data.values, data.divisor), connectNulls: false,
      lineStyle: { color: INK, width: 2 }, itemStyle: { color: INK }, areaStyle: { color: INK, opacity: 0.08 }, markArea: { silent: true, data: areas },
    }];
    return option;
  }

  function heat(data) {
    const cells = [];
    let most = 1;
    data.hours.forEach((hours, row) => hours.forEach((wh, hour) => {
      cells.push([hour, row, wh === null ? "-" : wh / data.divisor]);
      if (wh !== null) most = Math.max(most, wh);
    }));
    return {
      ...base(data),
      grid: { left: 8, right: 8, top: 8, bottom: 56, containLabel: true },
      xAxis: axis({ type: "category", data: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0")), splitLine: { show: false } }),
      yAxis: axis({ type: "category", data: data.days, inverse: true, splitLine: { show: false } }),
      tooltip: {
        trigger: "item", confine: true, renderMode: "richText",
        formatter: ({ value: [hour, row] }) => `${data.days[row]} ${String(hour).padStart(2, "0")}:00–${String(hour + 1).padStart(2, "0")}:00\n${shown(data, data.hours[row][hour])}`,
      },
      visualMap: {
        min: 0, max: most / data.divisor, orient: "horizontal", left: "center", bottom: 0, itemHeight: 120, precision: 2,
        text: [`${number(most / data.divisor)} kWh`, "0"], textStyle: { color: GREY, fontSize: em() },
        inRange: { color: ["#eef6f3", "#9fd3c0", "#359b80", "#0b5d4f", "#052e27"] },
      },
      series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: "#fff", borderWidth: 1 } }],
    };
  }

  function waterfall(data) {
    let level = 0;
    const parts = data.steps.map((step) => { const from = level; level += step; return [from, level]; }).concat([[0, data.total]]);
    const last = parts.length - 1;
    const colour = (i) => (i === last ? GREEN : data.steps[i] < 0 ? DOWN : UP);
    const inside = (i, [from, to]) => `${i === last ? "" : to < from ? "" : "+"}${money(i === last ? to : to - from)}`;
    return {
      ...base(data),
      grid: { left: 14, right: 78, top: 8, bottom: 8, containLabel: true },
      xAxis: axis({ type: "value", splitNumber: 3, axisLabel: { color: GREY, fontSize: em(), hideOverlap: true, formatter: (yuan) => `¥${number(yuan)}` } }),
      yAxis: axis({ type: "category", data: data.labels, inverse: true, splitLine: { show: false }, axisLabel: { color: INK, fontSize: em(), width: 108, overflow: "break" } }),
      tooltip: { show: false },
      series: [
        // Two invisible-to-visible stacks cannot cross zero; a custom bar can.
        {
          type: "custom", data: parts.map(([from, to], i) => [from / 100, to / 100, i]), encode: { x: [0, 1], y: 2 },
          renderItem: (params, api) => {
            const [x0, y] = api.coord([api.value(0), api.value(2)]), [x1] = api.coord([api.value(1), api.value(2)]);
            const height = Math.min(api.size([0, 1])[1] * 0.6, 26), i = api.value(2);
            return {
              type: "group",
              children: [
                { type: "rect", shape: { x: Math.min(x0, x1), y: y - height / 2, width: Math.max(Math.abs(x1 - x0), 1.5), height }, style: { fill: colour(i) } },
                { type: "text", style: { x: Math.max(x0, x1) + 5, y, text: inside(i, parts[i]), fill: INK, fontSize: em() * 0.95, fontWeight: i === last ? 700 : 400, textVerticalAlign: "middle" } },
              ],
            };
          },
        },
      ],
    };
  }

  function tiers(data) {
    const bounded = data.bounds.filter((bound) => bound !== null), shades = ["#9fd3c0", "#ffd8a8", "#ffc9c9"];
    const end = Math.max(data.used * 1.08, bounded.length ? bounded[bounded.length - 1] * 1.25 : data.used) || 1;
    let lower = 0;
    const areas = data.bounds.map((bound, i) => {
      const from = lower;
      lower = bound === null ? end : bound;
      return [
        { name: data.labels[i], xAxis: from / 1000, itemStyle: { color: shades[i % 3], opacity: 0.75 }, label: { position: "insideTop", color: INK, fontSize: em() } },
        { xAxis: lower / 1000 },
      ];
    });
    return {
      ...base(data),
      grid: { left: 16, right: 24, top: 8, bottom: 26 },
      xAxis: axis({ type: "value", min: 0, max: end / 1000, splitLine: { show: false }, interval: end / 1000 * 2, axisLabel: { show: false } }),
      yAxis: axis({ type: "category", data: [""], axisLine: { show: false } }),
      tooltip: { show: false },
      series: [
        {
          type: "bar", barWidth: "30%", data: [data.used / 1000], itemStyle: { color: GREEN }, z: 3,
          markArea: { silent: true, data: areas },
          markLine: {
            silent: true, symbol: "none", lineStyle: { color: INK, type: "solid", width: 1 },
            label: { position: "start", color: INK, fontSize: em(), formatter: ({ value }) => number(value) },
            data: bounded.map((bound) => ({ xAxis: bound / 1000 })),
          },
        },
      ],
    };
  }

  const KINDS = { bars, line, curve, heat, waterfall, tiers };

  function draw(figure) {
    const source = document.getElementById(figure.dataset.source), canvas = figure.querySelector(".chart-canvas");
    if (!source || figure.dataset.drawn) return;
    figure.dataset.drawn = "1";
    const data = JSON.parse(source.textContent), kind = KINDS[figure.dataset.chart];
    const chart = echarts.init(canvas, null, { renderer: "svg", locale: chinese ? "ZH" : "EN" });
    chart.setOption(kind(data));
    // The drawing is an image with a text; its parts are not for the tab key.
    new ResizeObserver(() => chart.resize()).observe(canvas);
    window.addEventListener("beforeprint", () => chart.resize({ width: Math.min(canvas.clientWidth, 640) }));
    window.addEventListener("afterprint", () => chart.resize({ width: "auto" }));
  }

  const drawAll = (root) => root.querySelectorAll("figure[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:load", (event) => drawAll(event.target.parentElement || document));
})();
