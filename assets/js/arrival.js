// A file that is being read: the page goes on once that is done.
const EVERY = 1500;
let waiting;

export function watchArrival() {
  clearTimeout(waiting);
  const line = document.querySelector('[data-arrival]');
  if (!line) return;
  async function look() {
    try {
      const answer = await fetch(line.dataset.arrival, { headers: { Accept: 'application/json' } });
      if (!answer.ok || (await answer.json()).read) {
        location.reload();
        return;
      }
    } catch {
      // without a connection nothing is known; the next look asks again
    }
    waiting = setTimeout(look, EVERY);
  }
  waiting = setTimeout(look, EVERY);
}
