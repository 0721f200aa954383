/** A colour of the page, as it is now: in light or dark, or on paper. */
export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
