// The same choice on menus that changed: an option is known by its words, wherever its number went.

function options(screen) {
  return screen.split("\n").map((line) => /^(\d+) (.+)$/.exec(line)).filter(Boolean).map(([, key, label]) => ({ key, label }));
}

// What to type now for what was typed on the screen as it was.
export function sameKey(typed, was, now) {
  const meant = options(was).find((option) => option.key === typed);
  const found = options(now).filter((option) => option.label === meant?.label);
  return found.length === 0 || found.some((option) => option.key === typed) ? typed : found[0].key;
}

// The button to press now for one that was pressed, by its words, else by what it sends; undefined when it is gone.
export function sameTap(tap, taps) {
  const typed = (one) => one.sends.slice(one.sends.indexOf(".") + 1);
  return taps.find((one) => one.label === tap.label) ?? taps.find((one) => typed(one) === typed(tap));
}
