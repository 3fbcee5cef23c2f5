// The page works without this file. With it, phones change by themselves
// while one types, and a tap does not load the page again.
"use strict";

const byKey = (key) => document.getElementById("phone-" + key);

// Put `next` in the place of `old` and keep the focus where it was.
function swap(old, next) {
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const same = held && held.value;
  old.replaceWith(next);
  if (!held) return;
  const again = [...next.querySelectorAll("button, a")].find((b) => b.value === same);
  const person = next.closest(".person");
  (again || (person ? person.querySelector(".scroll") : next)).focus({ preventScroll: true });
}

// A phone stands at its newest message: where that is higher than the phone,
// at the top of it, so that the question shows and not only its last answers.
const settled = new WeakMap();
function settle(scroll) {
  const last = scroll.querySelector("[data-list]").lastElementChild;
  if (last && last.offsetHeight > scroll.clientHeight - 24) {
    scroll.scrollTop += last.getBoundingClientRect().top - scroll.getBoundingClientRect().top - 12;
  } else scroll.scrollTop = 0;
  settled.set(scroll, scroll.scrollTop);
}
const isSettled = (scroll) => Math.abs(scroll.scrollTop - (settled.get(scroll) || 0)) < 80 || Math.abs(scroll.scrollTop) < 80;

// Make the list of messages like `next`, touching only what differs.
// Returns whether somebody else has written.
function patchList(list, next, atBottom) {
  let rang = false;
  const have = new Map([...list.children].map((el) => [el.id, el]));
  let place = null;
  for (const fresh of [...next.children]) {
    let el = have.get(fresh.id);
    have.delete(fresh.id);
    if (!el) {
      el = fresh;
      el.classList.add("fresh");
      rang = rang || el.classList.contains("bot");
      list.insertBefore(el, place ? place.nextSibling : list.firstChild);
    } else if (plain(el) !== fresh.outerHTML) {
      swap(el, fresh);
      el = fresh;
    }
    place = el;
  }
  have.forEach((gone) => gone.remove());
  if (atBottom) settle(list.parentElement);
  return rang;
}

// A message as the server drew it, without the marks of this script.
function plain(el) {
  const copy = el.cloneNode(true);
  copy.classList.remove("fresh");
  copy.querySelectorAll("[aria-busy]").forEach((b) => b.removeAttribute("aria-busy"));
  copy.querySelectorAll("details[open]").forEach((d) => d.removeAttribute("open"));
  return copy.outerHTML;
}

function patchPhone(key, html) {
  const old = byKey(key);
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const next = holder.content.firstElementChild;
  if (!old || !next) return;
  const scroll = old.querySelector(".scroll");
  const own = next.querySelectorAll(".mine").length > old.querySelectorAll(".mine").length;
  const atBottom = own || isSettled(scroll);
  const started = !old.classList.contains("new");
  ["new", "wanted"].forEach((c) => old.classList.toggle(c, next.classList.contains(c)));
  next.querySelectorAll("[data-part]").forEach((part) => {
    const was = old.querySelector('[data-part="' + part.dataset.part + '"]');
    if (was && was.outerHTML !== part.outerHTML) swap(was, part);
  });
  old.querySelector(".write input").placeholder = next.querySelector(".write input").placeholder;
  const rang = patchList(old.querySelector("[data-list]"), next.querySelector("[data-list]"), atBottom);
  if (!started && !old.classList.contains("new") && document.activeElement === document.body) scroll.focus({ preventScroll: true });
  if (rang) ring(key, old);
}

// Show that something arrived on a phone, wherever one is looking.
function ring(key, phone) {
  const link = document.querySelector('[data-jump="' + key + '"]');
  const box = phone.getBoundingClientRect();
  if (link && (box.bottom < 120 || box.top > innerHeight - 120)) link.classList.add("news");
  if (phone.contains(document.activeElement)) return;
  phone.classList.add("rang");
  setTimeout(() => phone.classList.remove("rang"), 1800);
}

const hiding = new WeakMap();
function show(el, text, failed) {
  el.textContent = text;
  el.classList.toggle("failed", failed);
  el.classList.remove("shown");
  void el.offsetWidth; // so that the next note gets its whole time
  el.classList.toggle("shown", text !== "");
  clearTimeout(hiding.get(el));
  hiding.set(el, setTimeout(() => el.classList.remove("shown"), 4000));
}

function tell(said) {
  if (!said.text) return;
  if (said.alert) {
    document.getElementById("alert-text").textContent = said.text;
    document.getElementById("alert").showModal();
    return;
  }
  const phone = said.phone && byKey(said.phone);
  show(phone ? phone.querySelector(".toast") : document.getElementById("note"), said.text, said.failed);
}

async function post(form, button) {
  const person = form.closest(".person");
  const said = { phone: person ? person.dataset.key : "", text: document.querySelector(".street").dataset.failed, failed: true };
  const action = (button && button.getAttribute("formaction")) || form.getAttribute("action");
  const data = new FormData(form, button);
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  const input = form.querySelector("input[name=text]");
  const typed = input && input.value;
  if (input) input.value = "";
  if (button) button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) Object.assign(said, await answer.json());
  } catch { /* said already holds the regret */ }
  if (button) button.removeAttribute("aria-busy");
  if (input && said.failed && !input.value) input.value = typed;
  if (form.enctype === "multipart/form-data" && !said.failed) form.reset();
  if (said.open) location.assign(said.open);
  else tell(said);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const tool = form.closest("details");
  if (tool) {
    tool.open = false;
    tool.querySelector("summary").focus();
  }
  post(form, event.submitter);
});

// Menus close by Escape and by a click beside them.
const openMenus = () => document.querySelectorAll("details[open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});
document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  const jump = event.target.closest("[data-jump]");
  if (jump) jump.classList.remove("news");
  const link = event.target.closest(".text a");
  if (link) link.target = "_blank";
});

// What is half written survives opening another phone.
document.querySelectorAll(".write input").forEach((input) => {
  const name = "typed-" + input.closest(".person").dataset.key;
  input.value = sessionStorage.getItem(name) || input.value;
  addEventListener("pagehide", () => sessionStorage.setItem(name, input.value));
});
document.querySelectorAll(".scroll").forEach(settle);
document.querySelectorAll(".toast.shown, #note.shown").forEach((el) => show(el, el.textContent, el.classList.contains("failed")));

const stream = new EventSource(document.body.dataset.live);
const on = (name, use) => stream.addEventListener(name, (event) => use(JSON.parse(event.data)));
const lost = document.getElementById("lost");
on("part", (change) => {
  const old = document.getElementById(change.name);
  const holder = document.createElement("template");
  holder.innerHTML = change.text;
  const next = holder.content.firstElementChild;
  if (!old || !next || old.outerHTML === next.outerHTML) return;
  const scrolled = old.scrollTop;
  swap(old, next);
  next.scrollTop = scrolled;
});
on("phone", (change) => patchPhone(change.name, change.text));
for (const name of ["hint", "clock"]) {
  on(name, (change) => {
    const el = document.getElementById(name);
    if (el.textContent !== change.text) el.textContent = change.text;
  });
}
stream.onopen = () => { lost.textContent = ""; lost.classList.remove("shown"); };
stream.onerror = () => { lost.textContent = lost.dataset.text; lost.classList.add("shown"); };
