/** What there is to see, in the order of the page: the dashboard and the report are made of the same. */
import { drawFindings, drawForecasts, drawOutreach, drawRisks } from "./ahead.js";
import { drawFigures } from "./figures.js";
import { Section } from "./section.js";
import { drawContacts, drawEndings, drawMood, drawProducts, drawStages, drawStops, loadStages } from "./service.js";
import { drawComplaints, drawExamples, drawSatisfaction, drawUnanswered, loadComplaints, loadSatisfaction } from "./voices.js";

const from = (name) => ({ get, filter }) => get(`/v1/insights/${name}`, filter);
const whole = (name) => ({ get }) => get(`/v1/insights/${name}`);
const list = (name) => ({ get, unmasked }) => get(`/v1/insights/${name}`, { unmasked: unmasked?.() ?? false });
const days = (name) => ({ get, filter: { since, until } }) => get(`/v1/insights/${name}`, { since, until });
const ALONE = { note: "ins.not_filtered" };

export function dashboard() {
  return [
    new Section("figures", from("overview"), drawFigures, { wide: true }),
    new Section("findings", days("findings"), drawFindings, { wide: true, note: "ins.by_days" }),
    new Section("contacts", from("contacts"), drawContacts),
    new Section("sentiment", from("sentiment"), drawMood),
    new Section("resolution", from("channels"), drawEndings),
    new Section("stages", loadStages, drawStages),
    new Section("complaints", loadComplaints, drawComplaints),
    new Section("satisfaction", loadSatisfaction, drawSatisfaction),
    new Section("handovers", from("handovers"), drawStops),
    new Section("products", from("products"), drawProducts),
    new Section("unanswered", from("unanswered"), drawUnanswered),
    new Section("forecasts", whole("forecasts"), drawForecasts, ALONE),
    new Section("outreach", list("outreach"), drawOutreach, { wide: true, ...ALONE }),
    new Section("risks", list("risks"), drawRisks, { wide: true, ...ALONE }),
  ];
}

/** The same, and examples in place of what can be opened. */
export function report() {
  const sections = dashboard();
  const at = sections.findIndex(({ name }) => name === "unanswered");
  sections.splice(at, 0, new Section("examples", whole("examples"), drawExamples, { wide: true }));
  return sections;
}
