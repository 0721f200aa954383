/** The staff's endpoint. The token is kept for this tab only. */
import { Problem } from "../chat/api.js";
import { recall, remember } from "../chat/storage.js";

const KEY = "kefu.staff";
const store = () => window.sessionStorage;
let token = fromAddress() ?? recall(store, KEY) ?? "";

/** A link may carry the token behind the #, which no server ever sees; it does not stay in the address. */
function fromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return null;
  history.replaceState(null, "", location.pathname + location.search);
  remember(store, KEY, given);
  return given;
}

export function hasToken() { return token !== ""; }

export function setToken(given) {
  token = given.trim();
  remember(store, KEY, token || null);
}

/** Plain values under a path of the endpoint, such as "/v1/insights/overview". Throws a `Problem`. */
export async function get(path, query = {}, signal = undefined) {
  // A list is named once for each of its values.
  const wanted = Object.entries(query).flatMap(([name, value]) => [value].flat().map((each) => [name, each]))
    .filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false);
  const address = wanted.length ? `${path}?${new URLSearchParams(wanted)}` : path;
  let response;
  try {
    response = await fetch(address, { signal, headers: { Accept: "application/json", Authorization: `Bearer ${token}` } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({});
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem({ ...body, status: response.status });
  return body;
}
