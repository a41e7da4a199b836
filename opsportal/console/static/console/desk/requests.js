// Pages where a person works through a list: talking to the server, and saying what happened. Text from the server is set as text, never as markup, except the
// fragments our own templates rendered (and escaped).

const root = document.getElementById("review");
const words = JSON.parse(document.getElementById("review-words").textContent);
const token = root.querySelector("input[name=csrfmiddlewaretoken]").value;
const said = document.getElementById("said");

export { root };

/** What the page calls a thing on its list ("draft"): in the address, in data attributes and in the server's answers. */
export const thing = root.dataset.thing;

/** A sentence by name, with its {places} filled. */
export function word(name, places = {}) {
  return (words[name] || "").replace(/\{(\w+)\}/g, (whole, key) => (key in places ? String(places[key]) : whole));
}

/** Tell the person, on the screen and to a screen reader. `tone` is "", "good" or "bad". */
export function say(text, tone = "") {
  said.className = tone ? `said said-${tone}` : "said";
  said.textContent = "";
  // A changed text is announced; the same text again only when it was gone for a moment.
  requestAnimationFrame(() => { said.textContent = text; });
}

/** GET or POST; always resolves to the server's answer or one that says it could not be reached. */
export async function ask(url, body) {
  const options = { headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (body !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = token;
    options.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(url, options);
    const answer = await response.json();
    return typeof answer === "object" && answer !== null ? answer : { ok: false, message: word("offline") };
  } catch {
    return { ok: false, code: "offline", message: word("offline") };
  }
}

/** The page's address for one thing: "" or what is asked of it ("decide/"). */
export function address(id, what = "") {
  return `${root.dataset.page}${id}/${what}`;
}

let last = Promise.resolve();

/** Run tasks one after the other, so that decisions reach the server in the order they were made. */
export function inOrder(task) {
  last = last.then(task, task);
  return last;
}
