// Many at once, slice by slice: how many are done, how many were left and why.

import { ask, root, word } from "./requests.js";

/** The page's filter as the end of an address. */
export const query = () => (root.dataset.query ? `?${root.dataset.query}` : "");

/** Post `body` to `url` until nothing more is left; the dialog shows how far it is, and its report. */
export async function slices(dialog, url, body) {
  const part = (name) => document.getElementById(`bulk-${name}`);
  const problem = dialog.querySelector("[data-problem]");
  let done = 0;
  let left = 0;
  let after = 0;
  const reasons = new Map();
  problem.textContent = "";
  for (const button of dialog.querySelectorAll("button")) button.disabled = true;
  for (;;) {
    const answer = await ask(`${url}${query()}`, { ...body, after });
    if (!answer.ok) {
      part("matching").textContent = "";
      problem.textContent = answer.message;
      break;
    }
    done += answer.done;
    left += answer.left;
    after = answer.after;
    for (const [reason, count] of answer.reasons) reasons.set(reason, (reasons.get(reason) || 0) + count);
    part("progress").textContent = word(answer.more ? "bulk_progress" : "bulk_done", { done, left });
    part("reasons").replaceChildren(...[...reasons].map(([reason, count]) => line(`${count} · ${reason}`)));
    if (!answer.more) break;
  }
  for (const button of dialog.querySelectorAll("button")) button.disabled = false;
  // The list shows what is left once the person has read the report.
  if (done) dialog.addEventListener("close", () => location.assign(`${root.dataset.page}${query()}`), { once: true });
}

/** A line of a report. */
export function line(text) {
  const item = document.createElement("li");
  item.textContent = text;
  return item;
}
