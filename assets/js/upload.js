// Files are sent with their progress shown; the page that comes back takes the place of this one.
import { fieldsToSend } from './pictures.js';
import { say } from './words.js';

function inMebibytes(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function filesOf(form) {
  return [...form.querySelectorAll('input[type="file"]')].filter((input) => input.files.length);
}

function statusOf(input) {
  return input.closest('.field')?.querySelector('.upload-status');
}

export function enhanceUploads() {
  for (const input of document.querySelectorAll('input[type="file"]:not([data-watched])')) {
    input.dataset.watched = '';
    input.addEventListener('change', () => {
      const largest = Number(input.dataset.largest) || Infinity;
      const status = statusOf(input);
      if (!status) return;
      const files = [...input.files];
      const tooLarge = files.some((file) => file.size > largest);
      status.textContent = tooLarge
        ? say('tooLarge', { size: inMebibytes(largest) })
        : files.map((file) => `${file.name} · ${inMebibytes(file.size)}`).join('\n');
      status.classList.toggle('late', tooLarge);
    });
  }
}

/** Send `form` with progress where it has files: true where that was begun. `failed` is called where nothing arrived. */
export function sendWithProgress(form, submitter, failed) {
  const inputs = filesOf(form);
  if (!inputs.length || form.enctype !== 'multipart/form-data') return false;
  const status = statusOf(inputs[0]);
  const progress = inputs[0].closest('.field')?.querySelector('progress');
  const tell = (text) => {
    if (status) status.textContent = text;
  };
  const request = new XMLHttpRequest();
  request.open('POST', submitter?.hasAttribute('formaction') ? submitter.formAction : form.action);
  request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
  if (progress) progress.hidden = false;
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    const percent = total ? Math.round((100 * loaded) / total) : 0;
    if (progress) progress.value = percent;
    tell(percent < 100 ? say('sending', { percent }) : say('reading'));
  });
  request.addEventListener('load', () => showPage(request.responseText, request.responseURL));
  for (const kind of ['error', 'abort', 'timeout']) {
    request.addEventListener(kind, () => {
      if (progress) progress.hidden = true;
      tell(say('sendFailed'));
      failed();
    });
  }
  tell(say('preparing'));
  fieldsToSend(form, submitter).then((data) => request.send(data));
  return true;
}

/** Put the page `html`, which came from `address`, in the place of this one. */
function showPage(html, address) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const main = page.querySelector('main');
  if (!main) {
    location.assign(address);
    return;
  }
  document.title = page.title;
  document.body.className = page.body.className;
  document.querySelector('main').replaceWith(document.adoptNode(main));
  const masthead = page.querySelector('.masthead');
  if (masthead) document.querySelector('.masthead')?.replaceWith(document.adoptNode(masthead));
  if (address !== location.href) {
    history.pushState(null, '', address);
    window.addEventListener('popstate', () => location.reload(), { once: true });
  }
  for (const script of page.querySelectorAll('script[type="module"][src]')) import(script.src);
  window.scrollTo(0, 0);
  document.querySelector('main').focus();
  document.dispatchEvent(new Event('page'));
}
