// All at once: the sample first, then slice by slice, with what is left and why.

import { ask, root, word } from "./requests.js";
import { only } from "./list.js";

const dialog = document.getElementById("dialog-bulk");
const part = (name) => document.getElementById(`bulk-${name}`);
const query = () => (root.dataset.query ? `?${root.dataset.query}` : "");
let sample = null;

/** Show the dialog with the state of the filter now. `go` opens a draft by number. */
export async function openBulk(go) {
  for (const name of ["matching", "sample", "progress"]) part(name).textContent = "";
  part("reasons").replaceChildren();
  dialog.querySelector("[data-problem]").textContent = "";
  part("matching").textContent = word("waiting");
  dialog.showModal();
  const answer = await ask(`${root.dataset.bulk}${query()}`);
  if (!answer.ok) return problem(answer);
  sample = answer.sample;
  part("matching").textContent =
    word("matching", { count: answer.matching, clean: answer.clean }) +
    (answer.capped ? ` ${word("capped", { count: answer.most })}` : "");
  part("sample").textContent = answer.clean ? word(sample.met ? "sample_met" : "sample_open", sample) : word("nothing_to_do");
  part("open").hidden = sample.met || !sample.open.length;
  part("approve").disabled = !sample.met || !answer.clean;
  part("open").onclick = () => {
    dialog.close();
    only(sample.open);
    go(sample.open[0]);
  };
}

async function slices(url, body) {
  let done = 0;
  let left = 0;
  let after = 0;
  const reasons = new Map();
  dialog.querySelector("[data-problem]").textContent = "";
  for (const button of dialog.querySelectorAll("button")) button.disabled = true;
  for (;;) {
    const answer = await ask(`${url}${query()}`, { ...body, after });
    if (!answer.ok) {
      problem(answer);
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

function line(text) {
  const item = document.createElement("li");
  item.textContent = text;
  return item;
}

function problem(answer) {
  part("matching").textContent = "";
  dialog.querySelector("[data-problem]").textContent = answer.message;
}

part("approve").addEventListener("click", () => slices(root.dataset.bulkApprove, {}));
part("reject").addEventListener("click", () =>
  slices(root.dataset.bulkReject, { reason: part("reason").value, note: part("note").value }),
);
