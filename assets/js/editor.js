// The editor of a manuscript's text, over a textarea that works without it. The textarea keeps the text as HTML; it is
// rewritten only once something was changed.
import { baseKeymap, toggleMark } from 'prosemirror-commands';
import { history, redo, undo } from 'prosemirror-history';
import { inputRules, textblockTypeInputRule, wrappingInputRule } from 'prosemirror-inputrules';
import { keymap } from 'prosemirror-keymap';
import { DOMParser as TextParser, DOMSerializer, Slice } from 'prosemirror-model';
import { liftListItem, sinkListItem, splitListItem } from 'prosemirror-schema-list';
import { EditorState, TextSelection } from 'prosemirror-state';
import { goToNextCell, tableEditing } from 'prosemirror-tables';
import { EditorView } from 'prosemirror-view';
import { measure } from './count.js';
import { picturesIn, takePictures } from './pictures.js';
import { schema, withHeads } from './schema.js';
import { makeToolbar } from './toolbar.js';
import { say } from './words.js';

const { nodes, marks } = schema;
const SYNC_AFTER = 400;
const inert = document.implementation.createHTMLDocument(''); // loads no picture and runs nothing

function fromHtml(html) {
  return new DOMParser().parseFromString(html, 'text/html').body;
}

function asParagraphs(text) {
  const body = document.createElement('div');
  for (const line of text.split(/[\r\n]+/)) {
    if (line.trim()) body.append(Object.assign(document.createElement('p'), { textContent: line.trim() }));
  }
  return body;
}

/** What the textarea holds: HTML, or, from somebody without scripts, plain text with a paragraph a line. */
function contentOf(text) {
  return /<[a-z][^>]*>/i.test(text) ? fromHtml(text) : asParagraphs(text);
}

function toHtml(doc) {
  if (doc.childCount === 1 && doc.firstChild.isTextblock && !doc.firstChild.content.size) return '';
  inert.body.replaceChildren();
  DOMSerializer.fromSchema(schema).serializeFragment(doc.content, { document: inert }, inert.body);
  return withHeads(inert.body).innerHTML;
}

function plugins() {
  const rules = [
    textblockTypeInputRule(/^(#{1,3})\s$/, nodes.heading, ([, marksOf]) => ({ level: marksOf.length + 1 })),
    wrappingInputRule(/^\s*[-*]\s$/, nodes.bullet_list),
    wrappingInputRule(/^(\d{1,3})\.\s$/, nodes.ordered_list, ([, start]) => ({ start: Number(start) })),
    wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
  ];
  const lineBreak = (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
    return true;
  };
  return [
    inputRules({ rules }),
    keymap({
      'Mod-z': undo, 'Shift-Mod-z': redo, 'Mod-y': redo,
      'Mod-b': toggleMark(marks.strong), 'Mod-i': toggleMark(marks.em), 'Mod-u': toggleMark(marks.u),
      Enter: splitListItem(nodes.list_item), 'Shift-Enter': lineBreak,
      'Mod-[': liftListItem(nodes.list_item), 'Mod-]': sinkListItem(nodes.list_item),
      Tab: goToNextCell(1), 'Shift-Tab': goToNextCell(-1),
    }),
    keymap(baseKeymap),
    history(),
    tableEditing(),
  ];
}

function pictureView(base) {
  return (node) => {
    const dom = document.createElement('img');
    dom.src = base + node.attrs.src.replace('pictures/', '');
    dom.alt = node.attrs.alt;
    return { dom };
  };
}

function mount(area) {
  area.dataset.mounted = '';
  const field = area.closest('.body-field');
  const words = { ...JSON.parse(field.querySelector('[data-editor-words]').textContent), pictureBase: area.dataset.pictureBase };
  const label = field.querySelector('label');
  const frame = Object.assign(document.createElement('div'), { className: 'editor' });
  const place = document.createElement('div');
  const count = document.createElement('span');
  const note = document.createElement('span');
  note.setAttribute('role', 'status');
  const toolbar = makeToolbar(words, () => view);
  const foot = Object.assign(document.createElement('div'), { className: 'editor-foot' });
  foot.append(count, note);
  frame.append(toolbar.dom, place, foot);

  let timer = 0;
  let changed = false;
  let waiting = []; // places at which pasted text is to come in, kept right while one goes on typing

  const sync = () => {
    clearTimeout(timer);
    if (changed) area.value = toHtml(view.state.doc);
  };
  const showCount = (doc) => {
    const { count: all, bare, minutes } = measure(doc.textBetween(0, doc.content.size, '\n'));
    count.textContent = say('measure', { count: all.toLocaleString('en'), bare: bare.toLocaleString('en'), minutes });
  };

  /** Pictures without words go with the form's other files; a picture's own tag, which browsers copy with it, is no word. */
  const bringPictures = (event, pictures) => {
    event.preventDefault();
    const count = takePictures(area.form, pictures);
    note.textContent = count ? say('picturesWait', { count }) : say('picturesLeftOut');
    return true;
  };

  /** Take over what is pasted or dropped, where it has a form and is not from an editor of ours: true where that was done. */
  const bringIn = (event, data, at = null) => {
    const html = data?.getData('text/html') ?? '';
    const pictures = picturesIn(data);
    if (pictures.length && !data.getData('text/plain').trim() && !fromHtml(html).textContent.trim()) {
      return bringPictures(event, pictures);
    }
    if (!html || /\bdata-pm-slice=/.test(html)) return false;
    event.preventDefault();
    const selection = at === null ? view.state.selection : TextSelection.near(view.state.doc.resolve(at));
    throughServer(html, data.getData('text/plain'), { bookmark: selection.getBookmark() });
    return true;
  };

  const throughServer = async (html, text, spot) => {
    waiting.push(spot);
    note.textContent = say('pasting');
    let body;
    try {
      const answer = await fetch(area.dataset.paste, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': area.form.elements.csrf_token.value },
        body: JSON.stringify({ html }),
      });
      if (!answer.ok) throw answer;
      const clean = await answer.json();
      body = fromHtml(clean.html);
      note.textContent = (clean.warnings ?? []).join(' ');
    } catch {
      body = asParagraphs(text);
      note.textContent = say('pasteFailed');
    }
    waiting = waiting.filter((other) => other !== spot);
    const { content } = TextParser.fromSchema(schema).parse(body);
    const { doc, tr } = view.state;
    // Paragraphs at the ends join what stands there; a heading, a list or a table stays one.
    const open = (node) => (node.type === nodes.paragraph ? 1 : 0);
    const slice = new Slice(content, open(content.firstChild), open(content.lastChild));
    tr.setSelection(spot.bookmark.resolve(doc)).replaceSelection(slice);
    view.dispatch(tr.scrollIntoView().setMeta('paste', true));
  };

  const described = area.getAttribute('aria-describedby');
  const view = new EditorView({ mount: place }, {
    state: EditorState.create({ doc: TextParser.fromSchema(schema).parse(contentOf(area.value)), plugins: plugins() }),
    nodeViews: { image: pictureView(words.pictureBase), figure_picture: pictureView(words.pictureBase) },
    attributes: {
      class: 'text', id: area.id, role: 'textbox', 'aria-multiline': 'true', 'aria-labelledby': `${area.id}-label`, lang: 'zh-Hans',
      ...(described && { 'aria-describedby': described }), ...(area.ariaInvalid && { 'aria-invalid': 'true' }),
    },
    dispatchTransaction(transaction) {
      const state = view.state.apply(transaction);
      view.updateState(state);
      toolbar.update(state);
      if (!transaction.docChanged) return;
      for (const spot of waiting) spot.bookmark = spot.bookmark.map(transaction.mapping);
      changed = true;
      clearTimeout(timer);
      timer = setTimeout(() => {
        sync();
        showCount(view.state.doc);
      }, SYNC_AFTER);
      area.dispatchEvent(new Event('input', { bubbles: true }));
    },
    // Before ProseMirror parses it by itself: what others put into it must not even be looked at as a document of ours.
    handleDOMEvents: {
      paste: (_view, event) => bringIn(event, event.clipboardData),
      drop(_view, event) {
        const at = view.dragging ? null : view.posAtCoords({ left: event.clientX, top: event.clientY });
        return Boolean(at) && bringIn(event, event.dataTransfer, at.pos);
      },
    },
  });

  area.id = `${area.id}-source`;
  area.hidden = true;
  label.id = `${view.dom.id}-label`;
  label.removeAttribute('for');
  label.addEventListener('click', () => view.focus());
  area.after(frame);
  area.form.addEventListener('formdata', ({ formData }) => {
    sync();
    formData.set(area.name, area.value);
  });
  window.addEventListener('pagehide', sync);
  document.addEventListener('click', (event) => {
    if (event.target.closest(`a[href="#${view.dom.id}"]`)) view.focus();
  });
  toolbar.update(view.state);
  showCount(view.state.doc);
  if (!area.value) view.dispatch(view.state.tr.setSelection(TextSelection.atStart(view.state.doc)));
}

function mountAll() {
  for (const area of document.querySelectorAll('textarea[data-editor]:not([data-mounted])')) mount(area);
}

document.addEventListener('page', mountAll);
mountAll();
