/**
 * Pictures, painted by BokehJS: plots of glyphs without the library's own legends, tools and hints. Those are elements
 * of this page: they are faster to make, and a text in them stays a text.
 *
 * A picture has `x` and `y` (see axes.js), `margin`, a `legend` of names and colours, and `marks`. A mark is a `glyph`
 * of the library with its `data`, one value a point, and its `style`, one value for all. Of marks that tell something
 * and can be pressed, `points` are the numbers of rows and `hovers` what is told.
 */
import { addAxis } from "./axes.js";

// How far from a point the mouse may be to mean it.
const NEAR_PX = 14;
const LEGEND_FROM_PX = 44;
const LEGEND_GAP_PX = 8;

/** Paints into an element; gives back `at(x, y)`, which tells the mark at a place, and `remove()`. */
export async function paint(Bokeh, node, picture, { width, height, paper }) {
  const make = (name, values) => new (Bokeh.Models.get(name))(values);
  const sheet = document.createElement("div");
  sheet.className = "picture";
  const legend = legendOf(picture.legend);
  legend.style.paddingLeft = `${Math.min(picture.margin.l, LEGEND_FROM_PX)}px`;
  const canvas = document.createElement("div");
  canvas.className = "canvas";
  // The library would stop the keyboard at its canvas, and keep fingers from scrolling.
  canvas.inert = true;
  sheet.append(legend, canvas);
  node.append(sheet);
  const top = Math.max(picture.margin.t, picture.legend.length ? legend.offsetHeight + LEGEND_GAP_PX : 0);
  const plot = plotOf(make, picture, { width, height, top, paper });
  const { Document } = Bokeh.require("document");
  const all = new Document();
  all.config.notifications = null;
  all.add_root(plot);
  const views = await Bokeh.embed.add_document_standalone(all, canvas);
  const [{ frame }] = views;
  const remove = () => {
    views.clear();
    // The library keeps every document, for ever.
    Bokeh.documents.splice(Bokeh.documents.indexOf(all), 1);
    sheet.remove();
  };
  return { at: (x, y) => found(frame, picture.marks, x, y), remove };
}

function plotOf(make, { x, y, margin, marks }, { width, height, top, paper }) {
  const plot = make("Plot", {
    width, height, min_border_left: margin.l, min_border_right: margin.r, min_border_top: top, min_border_bottom: margin.b,
    x_range: make("Range1d", { start: x.start, end: x.end }), y_range: make("Range1d", { start: y.start, end: y.end }),
    background_fill_color: null, border_fill_color: null, outline_line_color: null,
    toolbar_location: null, context_menu: null, lod_threshold: null,
    // On paper lines stay sharp.
    output_backend: paper ? "svg" : "canvas",
  });
  addAxis(make, plot, "below", x, width - margin.l - margin.r);
  addAxis(make, plot, "left", y, height - top - margin.b);
  for (const { glyph, data, style } of marks) {
    const fields = Object.fromEntries(Object.keys(data).map((name) => [name, { field: name }]));
    const painted = make(glyph, { ...fields, ...style });
    plot.add_glyph(painted, make("ColumnDataSource", { data }), { nonselection_glyph: null, selection_glyph: null, hover_glyph: null, muted_glyph: null });
  }
  return plot;
}

function legendOf(entries) {
  const legend = document.createElement("div");
  legend.className = "legend";
  for (const { name, color, line } of entries) {
    const entry = document.createElement("span");
    const sample = document.createElement("i");
    sample.className = line ? "line" : "";
    sample.style.background = color;
    entry.append(sample, name);
    legend.append(entry);
  }
  return legend;
}

/** What is at a place: a point that is near, or else the bar that it is in; the topmost first. */
function found({ x_scale: x, y_scale: y }, marks, left, top) {
  let best = null;
  for (const { glyph, data, points, hovers } of marks) {
    if (!points) continue;
    for (let at = 0; at < points.length; at += 1) {
      const off = glyph === "Quad"
        ? inside(x.compute(data.left[at]), x.compute(data.right[at]), left) && inside(y.compute(data.bottom[at]), y.compute(data.top[at]), top) ? NEAR_PX : Infinity
        : Math.hypot(x.compute(data.x[at]) - left, y.compute(data.y[at]) - top);
      if (off <= (best?.off ?? NEAR_PX)) best = { off, point: points[at], hover: hovers[at] };
    }
  }
  return best;
}

function inside(one, other, value) { return value >= Math.min(one, other) && value <= Math.max(one, other); }
