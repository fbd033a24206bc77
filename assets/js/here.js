// Who else has this page open: told and asked every half minute while it is in front. No lock.
const EVERY = 25000;

export function startPresence() {
  const line = document.querySelector('[data-here]');
  if (!line) return;
  const token = document.querySelector('input[name="csrf_token"]')?.value;
  async function beat() {
    if (document.visibilityState !== 'visible') return;
    try {
      const answer = await fetch(line.dataset.here, { method: 'POST', headers: { Accept: 'application/json', 'X-CSRFToken': token } });
      if (!answer.ok) return;
      const { others } = await answer.json();
      const text = others.length ? line.dataset.words.replace('{names}', others.join(line.dataset.comma)) : '';
      if (line.textContent !== text) line.textContent = text;
    } catch {
      // without a connection nothing is known; the next beat asks again
    }
  }
  beat();
  setInterval(beat, EVERY);
  document.addEventListener('visibilitychange', beat);
}
