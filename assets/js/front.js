// For how long a page is in front while its text is to be read. The seconds go with the decision, and where the page is
// left without one, to the server. Nothing else is counted: no keys, no pointer, no scrolling.
const LEAP = 2; // a second that took longer was slept through

export function countFront() {
  const line = document.querySelector('[data-front]');
  if (!line) return;
  const fields = () => document.querySelectorAll('form input[name="front"]');
  // What a form that was refused brought back has not been counted yet.
  let seconds = Math.max(0, ...[...fields()].map((field) => Number(field.value) || 0));
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (document.visibilityState === 'visible') seconds += Math.min((now - last) / 1000, LEAP);
    last = now;
  }, 1000);

  function leave() {
    const whole = Math.floor(seconds);
    const token = document.querySelector('input[name="csrf_token"]')?.value;
    if (whole < 1 || !token) return;
    seconds -= whole;
    navigator.sendBeacon(line.dataset.front, new URLSearchParams({ csrf_token: token, version: line.dataset.version, front: whole }));
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave();
  });
  window.addEventListener('pagehide', leave);
  document.addEventListener('submit', (event) => {
    const field = event.target.elements.front;
    if (event.defaultPrevented || !field) return;
    field.value = Math.floor(seconds);
    seconds = 0;
  });
}
