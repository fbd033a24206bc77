// Forms: the summary of errors has the focus, long texts are counted, a double click sends once, nobody leaves unsaved
// text by mistake. Saving and sending files have their own modules.
import { startAutosave } from './autosave.js';
import { enhanceUploads, sendWithProgress } from './upload.js';
import { say } from './words.js';

const LOCKED_FOR = 8000;

/** Everything that a new page (or a part of it) needs; done once for each element. */
export function enhanceForms() {
  document.querySelector('[data-focus]')?.focus();
  for (const area of document.querySelectorAll('textarea[maxlength]:not([data-counted], [data-editor])')) count(area);
  for (const form of document.querySelectorAll('form[data-autosave]:not([data-saving])')) startAutosave(form);
  enhanceUploads();
}

function count(area) {
  area.dataset.counted = '';
  const line = document.createElement('span');
  line.className = 'counter';
  area.after(line);
  // The browser would cut a longer paste without a word; the server refuses it with one.
  const most = area.maxLength;
  area.removeAttribute('maxlength');
  const show = () => {
    const left = most - area.value.length;
    line.textContent = left < 0 ? say('over', { count: -left }) : left < Math.max(50, most / 5) ? say('left', { count: left }) : '';
    line.classList.toggle('over', left < 0);
  };
  area.addEventListener('input', show);
  show();
}

/** A reason that was written down before goes into the text, where it can be changed; without scripts it comes first. */
document.addEventListener('change', (event) => {
  const { target } = event;
  if (!target.matches('[data-opening]') || !target.value) return;
  const area = target.form.elements.reason;
  area.value = [area.value.trim(), target.value].filter(Boolean).join('\n');
  target.value = '';
  area.dispatchEvent(new Event('input', { bubbles: true }));
  area.focus();
});

function lock(form, locked) {
  form.toggleAttribute('data-sent', locked);
  for (const button of form.elements) {
    if (button.type !== 'submit') continue;
    if (locked) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
  }
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || (event.submitter?.formMethod || form.method) !== 'post') return;
  if (form.hasAttribute('data-sent')) {
    event.preventDefault();
    return;
  }
  lock(form, true);
  if (sendWithProgress(form, event.submitter, () => lock(form, false))) event.preventDefault();
  else setTimeout(() => lock(form, false), LOCKED_FOR); // a download leaves the page standing
});

// Back to a page that the browser kept as it was.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) lock(form, false);
});

function unsaved(form) {
  if (form.method !== 'post' || form.hasAttribute('data-sent')) return false;
  if (form.hasAttribute('data-saving')) return form.dataset.saving === 'unsaved';
  return [...form.querySelectorAll('textarea:not([readonly])')].some((area) => area.value !== area.defaultValue);
}

window.addEventListener('beforeunload', (event) => {
  const sent = document.querySelector('form[data-sent]');
  if (!sent && [...document.forms].some(unsaved)) event.preventDefault();
});
