// What every page gets on top of what works without scripts.
import { enhanceForms } from './forms.js';
import { countFront } from './front.js';
import { startPresence } from './here.js';
import { enhanceKeys } from './keys.js';
import { enhancePlan } from './planning.js';
import { enhanceReading } from './reading.js';
import { enhanceRemarks } from './remarks.js';
import { startTour } from './tour.js';
import { watchJob } from './waiting.js';

function enhance() {
  enhanceForms();
  enhanceReading();
  watchJob();
  for (const opener of document.querySelectorAll('[data-open]')) opener.hidden = false;
}

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]');
  if (opener) document.getElementById(opener.dataset.open).showModal();
  for (const menu of document.querySelectorAll('.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('.menu[open]')) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});
document.addEventListener('page', enhance);
enhanceKeys();
startPresence();
countFront();
enhanceRemarks();
startTour();
enhancePlan();
enhance();
