// Makes pages quicker to use. Each works without it; nothing here decides anything.
'use strict';

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Copying: serials and the like become buttons.
function makeCopyable(root) {
  for (const text of all('[data-copy]:not([role])', root)) {
    text.setAttribute('role', 'button');
    text.setAttribute('tabindex', '0');
    text.title = 'Copy';
  }
}

async function copy(text) {
  await navigator.clipboard.writeText(text.dataset.copy || text.textContent.trim());
  text.classList.add('copied');
  text.title = 'Copied';
  setTimeout(() => { text.classList.remove('copied'); text.title = 'Copy'; }, 1200);
}

// Menus: one open at a time, closed by Escape or a click elsewhere.
function closeMenus(except) {
  for (const menu of all('details.menu[open]')) {
    if (!menu.contains(except)) menu.open = false;
  }
}

// Rows: j and k move, Enter opens, x selects.
function moveRow(step) {
  const rows = all('[data-rows] tbody tr');
  const next = rows[rows.indexOf(document.activeElement?.closest('tr')) + step] ?? rows[step > 0 ? 0 : rows.length - 1];
  if (!next) return;
  next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

function openRow(row) {
  (one('.title a', row) ?? one('a', row))?.click();
}

// A long menu: what is typed narrows it, arrows walk through it, Enter takes what comes first.
const choices = (box) => all('button:not([hidden])', box.form);

function narrow(box) {
  const words = box.value.trim().toLowerCase();
  for (const item of all('button', box.form)) item.hidden = !item.textContent.toLowerCase().includes(words);
  for (const head of all('.menu-head', box.form)) head.hidden = words !== '';
}

function walkMenu(event) {
  const box = one('[data-narrow]', event.target.closest('.menu-panel') ?? document.createElement('i'));
  if (!box) return false;
  const stops = [box, ...choices(box)];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) stops.at((stops.indexOf(event.target) + step) % stops.length).focus();
  else if (event.key === 'Enter' && event.target === box) stops[1]?.click();
  else {
    // Letters go on narrowing, wherever in the list one stands.
    if (event.key.length === 1 && event.key !== ' ') box.focus();
    return event.key.length === 1;
  }
  event.preventDefault();
  return true;
}

// A menu that came open with the page, or was opened by its key, is where one goes on.
function enterMenu(menu) {
  if (!menu?.open || matchMedia('(pointer: coarse)').matches) return;
  const first = one('.menu-panel :is(input:not([type=hidden]), select):enabled', menu);
  first?.focus();
  if (first?.matches('[data-narrow]')) narrow(first);
}

function search() {
  const box = one('[data-search]');
  if (box) { box.focus(); box.select(); } else one('[data-search-link]')?.click();
}

// A list scrolls in its own box; the keys for it reach it from the page too.
const scrolling = ['PageDown', 'PageUp', 'Home', 'End', ' '];
function scrollList(event) {
  if (event.target === document.body && scrolling.includes(event.key)) one('.page-list .table-box')?.focus({ preventScroll: true });
}

const keys = {
  '/': search,
  '?': () => one('#help')?.showModal(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => one('.pick input', document.activeElement?.closest('tr') ?? undefined)?.click(),
};

function onKey(event) {
  const target = event.target;
  if (event.key === 'Escape') {
    const menu = target.closest('details.menu[open]');
    closeMenus();
    if (menu) one('summary', menu).focus();
    if (target.matches('[data-search]')) target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || one('dialog[open]') || walkMenu(event)) return;
  scrollList(event);
  if (target.matches('[data-copy]') && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault();
    copy(target);
    return;
  }
  if (target.matches('input:not([type=checkbox], [type=radio]), textarea, select')) return;
  if (event.key === 'Enter' && target.matches('tr')) return openRow(target);
  const press = all(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`).find((button) => button.checkVisibility());
  const act = press ? () => { press.focus(); press.click(); } : Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
}

// Selecting: what is picked stays so on the other pages of the same list, until it is used.
const bar = () => one('form.selection');
const pickKey = () => `picks ${location.pathname} ${bar().elements.list.value}`;
const recall = () => new Set(JSON.parse(sessionStorage.getItem(pickKey()) ?? '[]'));
const forget = () => sessionStorage.removeItem(pickKey());

function countPicked() {
  if (!bar()) return;
  const here = all('td.pick input');
  const picked = recall();
  for (const pick of here) picked[pick.checked ? 'add' : 'delete'](pick.value);
  if (picked.size) sessionStorage.setItem(pickKey(), JSON.stringify([...picked]));
  else forget();
  const elsewhere = picked.size - here.filter((pick) => pick.checked).length;
  const everything = one('[data-everything]')?.checked;
  bar().classList.toggle('elsewhere', elsewhere > 0);
  const others = elsewhere ? `, ${elsewhere} on other pages` : '';
  for (const place of all('[data-picked]')) place.textContent = everything ? 'All selected' : `${picked.size} selected${others}`;
}

function repick() {
  if (!bar()) return;
  const picked = recall();
  for (const pick of all('td.pick input')) pick.checked = picked.has(pick.value);
  countPicked();
}

function sendPicks(event) {
  if (event.target !== bar()) return;
  const here = new Set(all('td.pick input').map((pick) => pick.value));
  for (const value of recall()) {
    if (here.has(value)) continue;
    const other = Object.assign(document.createElement('input'), { type: 'hidden', name: 'pick', value });
    event.target.append(other);
    setTimeout(() => other.remove());
  }
  forget();
}

function onChange(event) {
  const box = event.target;
  if (box.matches('[data-pick-all]')) {
    for (const pick of all('td.pick input')) pick.checked = box.checked;
  }
  if (box.closest('.pick') || box.matches('[data-everything]')) countPicked();
  box.closest('form[data-auto-submit]')?.requestSubmit();
}

// The theme: applied at once, kept in a cookie the server reads with the next page.
function chooseTheme(event) {
  const form = event.target.closest('[data-themes]');
  if (!form) return;
  event.preventDefault();
  const theme = event.submitter.value;
  const age = theme === 'system' ? 0 : 31536000;
  document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of all('button', form)) button.setAttribute('aria-pressed', button === event.submitter);
}

function onClick(event) {
  const text = event.target.closest('[data-copy]');
  if (text && !String(getSelection())) copy(text);
  if (event.target.closest('[data-unpick]')) {
    forget();
    repick();
  }
  if (event.target.closest('[data-help]')) one('#help').showModal();
  reveal(event.target.closest('[data-reveal]'));
  event.target.closest('[data-close]')?.closest('[data-flash]').remove();
  closeMenus(event.target);
}

// A password as letters while the button is pressed down, as dots again after it.
function reveal(button) {
  if (!button) return;
  const field = one(`#${button.dataset.reveal}`), shown = field.type === 'password';
  field.type = shown ? 'text' : 'password';
  button.setAttribute('aria-pressed', shown);
}

// What only makes sense with a script is hidden until it runs; called again for what htmx brings in.
function wake(root) {
  makeCopyable(root);
  for (const hidden of all('[data-help][hidden], [data-close][hidden], [data-pick-all][hidden], [data-narrow][hidden], [data-unpick][hidden], [data-reveal][hidden]', root)) hidden.hidden = false;
  for (const flash of all('[data-flash]:not(:has(a, form))', root)) setTimeout(() => flash.remove(), 8000);
  repick();
  for (const submit of all('form[data-auto-submit] [data-auto-hide]', root)) submit.hidden = true;
}

wake(document);
enterMenu(one('.toolbar .menu[open]'));
document.addEventListener('toggle', (event) => event.target.matches('.toolbar .menu') && enterMenu(event.target), true);
document.addEventListener('input', (event) => event.target.matches('[data-narrow]') && narrow(event.target));
document.addEventListener('keydown', onKey);
document.addEventListener('change', onChange);
document.addEventListener('click', onClick);
document.addEventListener('submit', chooseTheme);
document.addEventListener('submit', sendPicks);
addEventListener('pageshow', (event) => event.persisted && repick());
document.addEventListener('htmx:after:swap', () => wake(document));
