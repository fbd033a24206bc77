// What the editor asks for in a dialog: the address of a link, one of the uploaded pictures.
import { toggleMark } from 'prosemirror-commands';
import { linkAddress, schema } from './schema.js';
import { say } from './words.js';

function open(title, ...content) {
  const dialog = document.createElement('dialog');
  dialog.className = 'editor-choice';
  dialog.setAttribute('aria-label', title);
  dialog.append(...content);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function element(name, properties, ...content) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...content);
  return made;
}

/** Command: ask for an address and link the selected words to it; take the link off where there is one. */
export function askForLink(words) {
  return (state, dispatch, view) => {
    const { from, to, empty } = state.selection;
    if (empty) return false;
    if (!dispatch) return true;
    if (state.doc.rangeHasMark(from, to, schema.marks.link)) return toggleMark(schema.marks.link)(state, dispatch);
    const input = element('input', { className: 'form-control', type: 'url', id: 'editor-link', autocomplete: 'off' });
    const trouble = element('p', { className: 'error', hidden: true, textContent: say('noLink') });
    const form = element('form', { method: 'dialog', noValidate: true },
      element('label', { htmlFor: 'editor-link', textContent: say('link') }), trouble, input,
      element('p', { className: 'actions' }, element('button', { className: 'btn btn-primary', textContent: words.link })));
    const dialog = open(words.link, form);
    form.addEventListener('submit', (event) => {
      const href = linkAddress(input.value) ?? linkAddress(`https://${input.value.trim()}`);
      event.preventDefault();
      if (input.value.trim() && !href) {
        trouble.hidden = false;
        input.focus();
        return;
      }
      dialog.close();
      if (href) toggleMark(schema.marks.link, { href })(view.state, view.dispatch);
      view.focus();
    });
    return true;
  };
}

/** Command: choose one of the uploaded pictures and put it in, with its caption. */
export function choosePicture(words) {
  return (_state, dispatch, view) => {
    if (!dispatch) return true;
    const list = element('ul', {});
    const close = element('form', { method: 'dialog' }, element('button', { className: 'btn', textContent: words.close }));
    const title = element('h2', { textContent: words.choosePicture });
    const dialog = open(words.choosePicture, title,
      words.pictures.length ? list : element('p', { textContent: words.noPictures }), close);
    for (const { sha256, caption } of words.pictures) {
      const image = element('img', { src: words.pictureBase + sha256, alt: '' });
      const button = element('button', { type: 'button' }, image, caption || words.picture);
      button.addEventListener('click', () => {
        const { nodes } = schema;
        const figure = nodes.figure.create(null, [
          nodes.figure_picture.create({ src: `pictures/${sha256}`, alt: caption || '' }),
          ...(caption ? [nodes.figcaption.create(null, schema.text(caption))] : []),
        ]);
        dialog.close();
        view.dispatch(view.state.tr.replaceSelectionWith(figure).scrollIntoView());
        view.focus();
      });
      list.append(element('li', {}, button));
    }
    return true;
  };
}
