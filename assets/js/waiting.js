// Something that a job does: its page shows how far that is, and goes on once it is over.
const EVERY = 1500;
let waiting;

export function watchJob() {
  clearTimeout(waiting);
  const line = document.querySelector('[data-waiting]');
  if (!line) return;
  const bar = document.querySelector('progress');
  async function look() {
    try {
      const answer = await fetch(line.dataset.waiting, { headers: { Accept: 'application/json' } });
      const state = answer.ok ? await answer.json() : { over: true };
      if (state.over) {
        location.reload();
        return;
      }
      if (Number.isInteger(state.percent)) {
        bar.max = 100;
        bar.value = state.percent;
      }
    } catch {
      // without a connection nothing is known; the next look asks again
    }
    waiting = setTimeout(look, EVERY);
  }
  waiting = setTimeout(look, EVERY);
}
