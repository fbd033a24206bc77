// A form that saves by itself: what is typed goes to the server soon after the last key, and when the page is left.
// Nothing is kept in the browser's own stores but a random name for this tab.
import { say } from './words.js';

const AFTER_LAST_KEY = 3000;
const AT_LATEST = 15000;
const TRY_AGAIN = [5000, 10000, 20000, 30000];
const MOST_KEPT_ALIVE = 60000; // browsers refuse more than 64 KiB in a request that outlives its page
const LEFT_OUT = new Set(['csrf_token', 'form_key', 'form_page', 'revision', 'tab', 'restored']);

/** A name for this tab. A duplicated tab brings a copy of the name, hears that it is taken, and takes another. */
let tab = sessionStorage.getItem('tab') || takeName();
const others = 'BroadcastChannel' in window ? new BroadcastChannel('tabs') : null;
const page = crypto.getRandomValues(new Uint32Array(1))[0];
others?.addEventListener('message', ({ data }) => {
  if (data.tab !== tab || data.from === page) return;
  if (data.taken) tab = takeName();
  else others.postMessage({ tab, from: page, taken: true });
});
others?.postMessage({ tab, from: page });

function takeName() {
  const name = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  sessionStorage.setItem('tab', name);
  return name;
}

function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    const input = form.elements.namedItem(name);
    if (LEFT_OUT.has(name) || typeof value !== 'string' || input?.type === 'password') continue;
    if (!(name in fields)) fields[name] = value;
    else fields[name] = [].concat(fields[name], value);
  }
  return fields;
}

/** Somebody who logged in again in another tab has a new token: the page as it is now tells it. */
async function renewToken(form) {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const token = fresh.querySelector('.menu input[name="csrf_token"]')?.value;
  if (!token) return false;
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token;
  return form.elements.csrf_token.value === token;
}

/** Save `form` by itself from now on. `data-saving` on it says how things stand: saved or unsaved. */
export function startAutosave(form) {
  const status = form.querySelector('[data-save-status]');
  let changed = 0; // counts changes, so that those made during a save are seen
  let saved = 0;
  let since = 0;
  let failures = 0;
  let timer = 0;
  let running = false;
  form.dataset.saving = 'saved';

  const tell = (text, trouble = false) => {
    if (!status || status.textContent === text) return;
    status.textContent = text;
    status.classList.toggle('trouble', trouble);
  };

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  const post = (leaving) => {
    const body = JSON.stringify({
      form: form.elements.form_page.value,
      tab: form.elements.tab?.value || tab, // a page that the server named itself keeps that name when it is sent
      revision: form.elements.revision ? Number(form.elements.revision.value) : null,
      fields: fieldsOf(form),
    });
    return fetch(form.dataset.autosave, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': form.elements.csrf_token.value },
      keepalive: leaving && body.length * 3 < MOST_KEPT_ALIVE,
      body,
    });
  };

  async function save(leaving = false) {
    clearTimeout(timer);
    if (saved === changed || form.hasAttribute('data-sent') || !form.isConnected) return;
    if (running && !leaving) return;
    const sending = changed;
    running = true;
    if (!failures) tell(say('saving'));
    try {
      let answer = await post(leaving);
      if ((answer.status === 401 || answer.status === 400) && (await renewToken(form))) answer = await post(leaving);
      if (!answer.ok) throw answer;
      failures = 0;
      since = 0;
      saved = Math.max(saved, sending);
      form.dataset.saving = saved === changed ? 'saved' : 'unsaved';
      tell(say('saved', { time: new Date().toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false }) }));
    } catch (trouble) {
      const loggedOut = trouble instanceof Response && (trouble.status === 401 || trouble.status === 400);
      tell(say(loggedOut ? 'loggedOut' : trouble instanceof Response ? 'notSaved' : 'offline'), true);
      later(TRY_AGAIN[Math.min(failures, TRY_AGAIN.length - 1)]);
      failures += 1;
    } finally {
      running = false;
    }
    if (!failures && saved !== changed) later(AFTER_LAST_KEY);
  }

  form.addEventListener('input', (event) => {
    if (event.target.type === 'password' || event.target.type === 'file') return;
    changed += 1;
    form.dataset.saving = 'unsaved';
    since ||= Date.now();
    if (failures) return;
    tell(say('unsaved'));
    later(Math.max(0, Math.min(AFTER_LAST_KEY, since + AT_LATEST - Date.now())));
  });
  window.addEventListener('online', () => save());
  window.addEventListener('pagehide', () => save(true));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save(true);
  });
}
