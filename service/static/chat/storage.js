/** Browser storage that may be switched off: then the page forgets, and nothing else happens. */

export function recall(store, key) {
  try {
    return JSON.parse(store().getItem(key));
  } catch {
    return null;
  }
}

export function remember(store, key, value) {
  try {
    if (value === null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store costs the memory of this tab only.
  }
}
