/** What is under the mouse is told beside it, and can be pressed. Touched, what cannot be pressed is told. */
const AWAY_PX = 12;

/** `find(x, y)` gives the `text` of what is at a place of the element, and `press` where it can be pressed, or null. */
export function tellAndPress(node, find) {
  const tip = document.createElement("div");
  tip.className = "tip";
  const at = ({ clientX, clientY }) => {
    const box = node.getBoundingClientRect();
    const [x, y] = [clientX - box.left, clientY - box.top];
    return { x, y, ...find(x, y) };
  };
  const tell = (event) => {
    const { x, y, text, press } = at(event);
    node.style.cursor = press ? "pointer" : "";
    tip.hidden = !text;
    if (!text) return;
    node.append(tip);
    tip.textContent = text;
    tip.style.left = `${Math.max(0, Math.min(x + AWAY_PX, node.clientWidth - tip.offsetWidth))}px`;
    tip.style.top = `${Math.max(0, y - tip.offsetHeight - AWAY_PX)}px`;
  };
  node.addEventListener("pointermove", tell);
  node.addEventListener("pointerleave", () => { tip.hidden = true; });
  node.addEventListener("click", (event) => {
    const { press } = at(event);
    if (press) press();
    else tell(event);
  });
}
