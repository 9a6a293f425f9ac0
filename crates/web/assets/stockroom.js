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
  if (event.ctrlKey || event.metaKey || event.altKey || one('dialog[open]')) return;
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

// Selecting: how many, and all of them at once.
function countPicked() {
  const picked = all('td.pick input:checked').length;
  const everything = one('[data-everything]')?.checked;
  for (const place of all('[data-picked]')) place.textContent = everything ? 'All selected' : `${picked} selected`;
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
  if (event.target.closest('[data-help]')) one('#help').showModal();
  event.target.closest('[data-close]')?.closest('[data-flash]').remove();
  closeMenus(event.target);
}

// What only makes sense with a script is hidden until it runs; called again for what htmx brings in.
function wake(root) {
  makeCopyable(root);
  for (const hidden of all('[data-help][hidden], [data-close][hidden], [data-pick-all][hidden]', root)) hidden.hidden = false;
  for (const flash of all('[data-flash]:not(:has(a, form))', root)) setTimeout(() => flash.remove(), 8000);
  for (const submit of all('form[data-auto-submit] [data-auto-hide]', root)) submit.hidden = true;
}

wake(document);
document.addEventListener('keydown', onKey);
document.addEventListener('change', onChange);
document.addEventListener('click', onClick);
document.addEventListener('submit', chooseTheme);
document.addEventListener('htmx:after:swap', () => wake(document));
