/** The part of the address behind `#`: what is filtered, and which case is open. It can be sent to a colleague. */

const OPEN = ["case", "pair"];
const listeners = [];

/** All that is chosen, by name. A `+` is one: mail addresses stand in keys. */
export function place() {
  const text = location.hash.slice(1).replaceAll("+", "%2B");
  return Object.fromEntries([...new URLSearchParams(text)].filter(([, value]) => value));
}

/** The filters only. */
export function chosen() {
  return Object.fromEntries(Object.entries(place()).filter(([name]) => !OPEN.includes(name)));
}

export function address(values) {
  const parts = Object.entries(values).filter(([, value]) => value);
  return `#${parts.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&")}`;
}

/** Where a case, or a pair, is found; the filters stay as they are. */
export function linkTo(values) {
  return address({ ...chosen(), ...values });
}

/** Choose filters; what is not named stays. */
export function choose(values) {
  move(address({ ...chosen(), ...values }), true);
}

/** Choose these filters and no others. */
export function chooseOnly(values) {
  move(address(values), false);
}

/** Open a case or a pair; `back` returns from it. */
export function open(values, instead = false) {
  move(linkTo(values), instead);
}

export function close() {
  move(address(chosen()), true);
}

function move(hash, instead) {
  if (instead) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  tell();
}

/** Call now and whenever something else is chosen. */
export function follow(listener) {
  listeners.push(listener);
  listener();
}

function tell() {
  for (const listener of listeners) listener();
}

addEventListener("popstate", tell);
