// The filters: what can be typed into them is offered, asked for once somebody opens them.

import { ask } from "../../console/desk/requests.js";

const filters = document.getElementById("filters");

filters.addEventListener("toggle", async () => {
  if (!filters.open || "filled" in filters.dataset) return;
  filters.dataset.filled = "";
  const answer = await ask(filters.dataset.from);
  for (const [name, values] of Object.entries(answer.offered || {})) {
    document.getElementById(`offered-${name}`).replaceChildren(...values.map(([value, label]) => new Option(label || value, value)));
  }
});
