// The plan's calendar: a line is dragged to a day, or moved by a key; both send the form that its buttons send.
// What is not planned yet is dragged as well: it opens the page on which it is planned, with that day in it.

function shifted(day, by) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + by);
  return date.toISOString().slice(0, 10);
}

function send(form, slot, day) {
  const to = document.createElement('input');
  Object.assign(to, { type: 'hidden', name: 'to', value: `${slot}@${day}` });
  form.append(to);
  form.requestSubmit();
}

export function enhancePlan() {
  const form = document.querySelector('form[data-plan]');
  if (!form) return;
  const hint = document.querySelector('.plan-drag');
  if (hint) hint.hidden = false;
  let dragged = null;
  const waiting = [...document.querySelectorAll('[data-plan-at]')].map((link) => link.closest('.row'));
  for (const line of [...document.querySelectorAll('[data-slot]'), ...waiting]) {
    line.draggable = true;
    for (const link of line.querySelectorAll('a')) link.draggable = false;
    line.addEventListener('dragstart', (event) => {
      dragged = line;
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', line.textContent.trim().slice(0, 80));
    });
    line.addEventListener('dragend', () => { dragged = null; });
  }
  for (const day of document.querySelectorAll('.plan-day')) {
    day.addEventListener('dragover', (event) => {
      if (!dragged) return;
      event.preventDefault();
      day.classList.add('over');
    });
    day.addEventListener('dragleave', () => day.classList.remove('over'));
    day.addEventListener('drop', (event) => {
      event.preventDefault();
      day.classList.remove('over');
      if (!dragged) return;
      const { slot, day: from } = dragged.dataset;
      if (slot && from !== day.dataset.day) return send(form, slot, day.dataset.day);
      const link = dragged.querySelector('[data-plan-at]');
      if (!link) return;
      const address = new URL(link.href);
      address.searchParams.set('day', day.dataset.day);
      window.location.assign(address);
    });
  }
  document.addEventListener('keydown', (event) => {
    const by = { '[': -1, ']': 1 }[event.key];
    const line = event.target.closest?.('[data-slot]');
    if (!by || !line || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    send(form, line.dataset.slot, shifted(line.dataset.day, by));
  });
}
