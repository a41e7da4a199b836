// How many of the list are clean, want confirming, must be fixed: counted once the page is there and again in a pause
// between decisions. Each leads to its list.

import { ask, root } from "../../console/desk/requests.js";

const place = document.getElementById("queue-counts");
const PAUSE = 4000;
let timer = 0;

/** Count again once nothing was decided for a moment. */
export function countSoon() {
  clearTimeout(timer);
  timer = setTimeout(showCounts, PAUSE);
}

/** Ask for the counts and show those there are. */
export async function showCounts() {
  const answer = await ask(`${place.dataset.from}?${root.dataset.query}`);
  if (!answer.ok) return;
  place.replaceChildren(...answer.counts.map(chip));
  place.hidden = !answer.counts.length;
}

function chip({ label, count, query }) {
  const link = document.createElement("a");
  link.className = "copy-tag";
  link.href = `?${query}`;
  if (query === root.dataset.query) link.setAttribute("aria-current", "true");
  link.textContent = `${label}: ${count}`;
  return link;
}
