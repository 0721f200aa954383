/** For screen readers: what has just happened. */
export function announce(text) {
  const node = document.getElementById("announce");
  if (node) node.textContent = text;
}
