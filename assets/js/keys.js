// Single keys. Each has a button or a link that does the same; none does what can't be undone.
import { say } from './words.js';

let first = ''; // the first key of two

function typing(event) {
  return (
    event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented ||
    event.target.closest('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open]')
  );
}

function move(step) {
  const way = document.querySelector(`[data-way="${step}"]`);
  if (way) return way.click();
  const rows = [...document.querySelectorAll('[data-rows] .row')];
  const at = rows.findIndex((row) => row.classList.contains('current'));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  if (!next) return;
  rows[at]?.classList.remove('current');
  next.classList.add('current');
  next.querySelector('.row-title').focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

function open() {
  document.querySelector('[data-rows] .row.current .row-title')?.click();
}

function tick() {
  document.querySelector('[data-rows] .row.current [name="picked"]')?.click();
}

function change(step) {
  const changes = [...document.querySelectorAll('[data-changed]')];
  if (!changes.length) return;
  const at = changes.indexOf(document.activeElement?.closest('[data-changed]'));
  const next = (at < 0 ? (step > 0 ? 0 : -1) : at + step + changes.length) % changes.length;
  const place = changes.at(next);
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'center' });
  const status = document.querySelector('[data-change-status]');
  if (status) status.textContent = say('change', { number: changes.indexOf(place) + 1, total: changes.length });
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: open,
  x: tick,
  n: () => change(1),
  p: () => change(-1),
  t: () => document.querySelector('[data-toggle-text]')?.click(),
  r: () => document.dispatchEvent(new CustomEvent('remark')),
  '?': () => document.getElementById('keys')?.showModal(),
  '/': () => document.querySelector('[data-search]')?.focus(),
  gh: () => document.querySelector('.site')?.click(),
};

export function enhanceKeys() {
  document.addEventListener('keydown', (event) => {
    if (typing(event)) return;
    const key = first + event.key;
    first = event.key === 'g' ? 'g' : '';
    if (!KEYS[key]) return;
    first = '';
    event.preventDefault();
    KEYS[key]();
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-change]');
    if (button) change(button.dataset.change === 'next' ? 1 : -1);
  });
  for (const all of document.querySelectorAll('[data-tick-all]')) {
    all.hidden = false;
    all.addEventListener('click', () => {
      const ticks = [...all.form.elements].filter((one) => one.name === 'picked');
      const on = ticks.some((one) => !one.checked);
      for (const one of ticks) one.checked = on;
    });
  }
  // The row that has the focus by Tab is the current one, too.
  document.addEventListener('focusin', (event) => {
    const row = event.target.closest('[data-rows] .row');
    if (!row) return;
    for (const other of document.querySelectorAll('.row.current')) other.classList.remove('current');
    row.classList.add('current');
  });
}
