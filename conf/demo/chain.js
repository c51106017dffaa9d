// A click asks the site, the site asks the edge, and the picture shows the trace that the site read off the answer.
const chain = document.getElementById("chain");
const picture = document.getElementById("picture");
const byId = (id) => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 46rem)");

const STEP_MS = 170;
const MARKS = { passed: "M-6 0-2 5 6-5", failed: "M-5-5 5 5M5-5-5 5", "not-reached": "M-5 0H5", idle: "" };
const WORDS = { passed: "passed", failed: "failed", "not-reached": "not reached" };
const CORNERS = { wide: "0 0 1000 550", tall: "0 0 500 1190" };

const layOut = () => {
  const shape = narrow.matches ? "tall" : "wide";
  picture.setAttribute("class", shape);
  picture.setAttribute("viewBox", CORNERS[shape]);
};
narrow.addEventListener("change", layOut);
layOut();

const light = (check, state, note) => {
  const node = picture.querySelector(`[data-check="${check}"]`);
  node.dataset.light = state;
  node.querySelector(".mark").setAttribute("d", MARKS[state]);
  node.querySelector(".note").textContent = note;
};

// A wire is lit when what it carries went over it: passed or failed says how the answer came out.
const wire = (name, state) => {
  for (const path of picture.querySelectorAll(`[data-wire="${name}"]`)) path.dataset.light = state;
};

const clear = () => {
  for (const node of picture.querySelectorAll(".check")) light(node.dataset.check, "idle", "");
  for (const path of picture.querySelectorAll("[data-wire]")) path.dataset.light = "idle";
  for (const id of ["sends", "sees", "by", "outcome"]) byId(id).textContent = "";
  for (const id of ["answer", "steps"]) byId(id).replaceChildren();
  byId("seen").removeAttribute("href");
  byId("seen-mark").setAttribute("d", "");
  byId("status").textContent = "–";
  byId("part-answer").dataset.light = "idle";
  byId("result").dataset.light = "idle";
};

const row = (term, text) => {
  if (!text) return;
  const dt = Object.assign(document.createElement("dt"), { textContent: term });
  const dd = Object.assign(document.createElement("dd"), { textContent: text });
  byId("answer").append(dt, dd);
};

const host = (address) => {
  try { return new URL(address).host; } catch { return address; }
};

const describe = (told) => {
  const { answer, request } = told;
  const failed = told.steps.find((step) => step.light === "failed");
  byId("verdict").textContent = told.title + ": " + (told.opened ? "opened" : "refused");
  byId("result").dataset.light = told.opened ? "passed" : "failed";
  byId("outcome").textContent = told.outcome;
  row("Failed at", failed ? failed.title + (failed.note ? ": " + failed.note : "") : "");
  if (answer.status) {
    row("Status", String(answer.status));
    row("Code", answer.code);
    row("Message", answer.message);
    row("Reason", answer.reason);
    row("Server", answer.server);
    row("X-Cache", answer.cache);
    row("Age", answer.age);
    row("Referer", request.referer || "not sent");
    row("Link", request.target);
  }
  for (const step of told.steps) {
    const item = document.createElement("li");
    item.dataset.light = step.light;
    item.append(Object.assign(document.createElement("b"), { textContent: WORDS[step.light] }),
                ` ${step.title}${step.note ? ": " + step.note : ""}`);
    byId("steps").append(item);
  }
};

let turn = 0;  // a later click ends what an earlier one still shows

const pause = () => (calm.matches ? Promise.resolve() : new Promise((done) => setTimeout(done, STEP_MS)));

// What lights beside a check, once it is passed.
const beyond = {
  site: () => wire("page", "passed"),
  gateway: (told) => {
    wire("signed", "passed");
    byId("does").textContent = told.done;
    if (told.answer.status) {
      byId("sends").textContent = "Referer: " + (told.request.referer ? host(told.request.referer) : "none");
      wire("ask", "passed");
    }
  },
};

const play = async (told, mine) => {
  for (const step of told.steps) {
    // The bucket's first check is reached by the wire from the cache.
    if (step.check === "caller" && step.light !== "not-reached") wire("origin", "passed");
    light(step.check, step.light, step.note);
    if (step.light === "passed") beyond[step.check]?.(told);
    if (step.light === "not-reached") continue;
    await pause();
    if (mine !== turn) return false;
  }
  const state = told.opened ? "passed" : "failed";
  byId("part-answer").dataset.light = state;
  byId("status").textContent = told.answer.status || "–";
  byId("code").textContent = told.opened ? told.answer.type : told.answer.code || "no answer";
  byId("by").textContent = told.by ? "by " + told.by : "";
  if (told.by) {
    const asked = told.steps.some((step) => step.check === "caller" && step.light !== "not-reached");
    wire(asked ? "from-bucket" : "from-edge", state);
    wire("answer", state);
  }
  byId("sees").textContent = told.opened ? "sees it" : "sees nothing";
  byId("seen-mark").setAttribute("d", told.picture ? "" : MARKS[state]);
  byId("seen-mark").dataset.light = state;
  if (told.picture) byId("seen").setAttribute("href", told.picture);
  return true;
};

const ask = async (button) => {
  const mine = ++turn;
  for (const other of chain.querySelectorAll("button[data-link]")) other.setAttribute("aria-pressed", String(other === button));
  clear();
  chain.dataset.shown = "";
  chain.setAttribute("aria-busy", "true");
  byId("does").textContent = "click a link";
  byId("code").textContent = "…";
  byId("verdict").textContent = button.querySelector("b").textContent + " …";
  if (narrow.matches) picture.scrollIntoView({ behavior: calm.matches ? "instant" : "smooth", block: "start" });
  let told = null;
  try {
    const query = new URLSearchParams({ visit: chain.dataset.visit, link: button.dataset.link });
    const response = await fetch("/chain/ask?" + query);
    if (!response.ok) throw new Error(`the site answered ${response.status}`);
    told = await response.json();
  } catch (error) {
    if (mine !== turn) return;
    byId("verdict").textContent = "The site could not be asked";
    byId("code").textContent = "no answer";
    byId("outcome").textContent = `${error.message}. Is the demo still running?`;
  }
  if (mine !== turn) return;
  if (told && await play(told, mine)) {
    describe(told);
    chain.dataset.shown = button.dataset.link;
  }
  if (mine === turn) chain.removeAttribute("aria-busy");
};

const buttons = [...chain.querySelectorAll("button[data-link]")];
for (const [index, button] of buttons.entries()) {
  button.addEventListener("click", () => ask(button));
  // Tab reaches each of them; the arrows are a shorter way.
  button.addEventListener("keydown", (event) => {
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    buttons[Math.min(Math.max(to, 0), buttons.length - 1)].focus();
  });
}
