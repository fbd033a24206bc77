// Remarks: write one on the words that are selected; from a passage to its remarks, and back.
const text = () => document.querySelector('.zone-text .text');

// What is selected, as the form wants it: the number of the paragraph, the words, and about where they begin in it.
function selected() {
  const body = text();
  const selection = document.getSelection();
  if (!body || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  if (!body.contains(range.startContainer) || !body.contains(range.endContainer)) return null;
  const paragraphs = [...body.querySelectorAll('.para')];
  const before = (mark) => range.comparePoint(mark, 0) < 0;
  const mark = paragraphs.findLast(before);
  const first = mark ?? paragraphs.find((one) => range.intersectsNode(one));
  if (!first) return null;
  const rest = paragraphs[paragraphs.indexOf(first) + 1];
  if (rest && !before(rest) && range.intersectsNode(rest)) range.setEndBefore(rest);
  const words = range.cloneContents();
  for (const number of words.querySelectorAll('.to-remark')) number.remove();
  const quote = words.textContent.replace(/\s+/g, ' ').trim();
  const way = document.createRange();
  way.setStartAfter(first);
  if (mark) way.setEnd(range.startContainer, range.startOffset);
  return quote ? { paragraph: first.id.slice(1), quote, near: mark ? way.toString().length : 0, box: range.getBoundingClientRect() } : null;
}

function write() {
  const place = document.querySelector('[data-remark-new]');
  if (!place) return;
  const found = selected();
  const form = place.querySelector('form');
  place.open = true;
  place.classList.toggle('floating', Boolean(found)); // the text stays in sight
  if (found) {
    const choices = form.elements.paragraph;
    if (![...choices.options].some(({ value }) => value === found.paragraph)) choices.append(new Option(found.paragraph));
    for (const name of ['paragraph', 'quote', 'near']) form.elements[name].value = found[name];
  }
  document.querySelector('[data-remark-here]').hidden = true;
  form.elements.body.focus({ preventScroll: Boolean(found) });
}

function light(ids) {
  for (const mark of document.querySelectorAll('mark.passage')) {
    mark.classList.toggle('current', mark.dataset.remarks.split(' ').some((id) => ids.includes(id)));
  }
}

export function enhanceRemarks() {
  const button = document.querySelector('[data-remark-here]');
  if (button) {
    document.addEventListener('selectionchange', () => {
      const found = selected();
      button.hidden = !found;
      if (!found) return;
      button.style.top = `${found.box.bottom + window.scrollY + 8}px`;
      button.style.left = `${Math.min(Math.max(found.box.left, 8), document.documentElement.clientWidth - button.offsetWidth - 8) + window.scrollX}px`;
    });
    button.addEventListener('pointerdown', (event) => event.preventDefault());
    button.addEventListener('click', write);
    document.addEventListener('remark', write);
    document.body.append(button);
    document.querySelector('[data-remark-new]').addEventListener('toggle', (event) => {
      if (!event.target.open) event.target.classList.remove('floating');
    });
    document.addEventListener('keydown', (event) => {
      const place = document.querySelector('[data-remark-new].floating[open]');
      if (event.key === 'Escape' && place) place.open = false;
    });
  }
  document.addEventListener('click', (event) => {
    const mark = event.target.closest('mark.passage');
    if (!mark || !document.getSelection().isCollapsed) return;
    const [id] = mark.dataset.remarks.split(' ');
    const remark = document.getElementById(`remark-${id}`);
    remark?.focus({ preventScroll: true });
    remark?.scrollIntoView({ block: 'center' });
  });
  for (const kind of ['focusin', 'pointerover']) {
    document.addEventListener(kind, (event) => {
      const remark = event.target.closest('.remark');
      if (remark || kind === 'focusin') light(remark ? [remark.id.replace('remark-', '')] : []);
    });
  }
}
