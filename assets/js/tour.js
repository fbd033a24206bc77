// The tour of the first visit, one stop at a time. Without scripts all its stops stand below each other.
export function startTour() {
  const tour = document.querySelector('[data-tour]');
  if (!tour) return;
  const stops = [...tour.querySelectorAll('ol > li')];
  const status = tour.querySelector('[data-tour-status]');
  const buttons = [...tour.querySelectorAll('[data-tour-step]')];
  let at = 0;

  function show() {
    stops.forEach((stop, place) => { stop.hidden = place !== at; });
    for (const button of buttons) button.hidden = !stops[at + Number(button.dataset.tourStep)];
    status.textContent = status.dataset.words.replace('{number}', at + 1).replace('{total}', stops.length);
  }

  tour.addEventListener('click', (event) => {
    const button = event.target.closest('[data-tour-step]');
    if (!button) return;
    at += Number(button.dataset.tourStep);
    show();
    stops[at].focus({ preventScroll: true }); // so that it is read, and a button that went takes no focus with it
  });
  show();
}
