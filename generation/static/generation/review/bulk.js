// All at once: the sample first, then slice by slice, with what is left and why.

import { ask, root, word } from "../../console/desk/requests.js";
import { only } from "../../console/desk/list.js";
import { line, query, slices } from "../../console/desk/slices.js";

const dialog = document.getElementById("dialog-bulk");
const part = (name) => document.getElementById(`bulk-${name}`);
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
  part("reasons").replaceChildren(...answer.reasons.map(([reason, count]) => line(`${count} · ${reason}`)));
  part("sample").textContent = answer.clean ? word(sample.met ? "sample_met" : "sample_open", sample) : word("nothing_to_do");
  part("open").hidden = sample.met || !sample.open.length;
  part("approve").disabled = !sample.met || !answer.clean;
  part("open").onclick = () => {
    dialog.close();
    only(sample.open);
    go(sample.open[0]);
  };
}

function problem(answer) {
  part("matching").textContent = "";
  dialog.querySelector("[data-problem]").textContent = answer.message;
}

part("approve").addEventListener("click", () => slices(dialog, root.dataset.bulkApprove, {}));
part("assign").addEventListener("click", () => slices(dialog, root.dataset.bulkAssign, { to: part("to").value }));
part("reject").addEventListener("click", () =>
  slices(dialog, root.dataset.bulkReject, { reason: part("reason").value, note: part("note").value }),
);
