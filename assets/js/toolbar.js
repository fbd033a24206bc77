// The editor's bar of buttons. One tab stop; arrow keys go from button to button.
import { lift, setBlockType, toggleMark, wrapIn } from 'prosemirror-commands';
import { redo, undo } from 'prosemirror-history';
import { liftListItem, wrapInList } from 'prosemirror-schema-list';
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, isInTable } from 'prosemirror-tables';
import { askForLink, choosePicture } from './choices.js';
import { schema } from './schema.js';

const { nodes, marks } = schema;

function within(state, type) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) if ($from.node(depth).type === type) return true;
  return false;
}

function block(type, attrs) {
  const here = (state) => {
    const { parent } = state.selection.$from;
    return parent.type === type && (!attrs || parent.attrs.level === attrs.level);
  };
  return { run: setBlockType(type, attrs), active: here };
}

function wrapped(type, wrap, unwrap) {
  return {
    run: (state, dispatch) => (within(state, type) ? unwrap : wrap)(state, dispatch),
    active: (state) => within(state, type),
  };
}

function marked(type) {
  return {
    run: toggleMark(type),
    active: ({ selection: { from, to, empty, $from }, storedMarks, doc }) =>
      empty ? Boolean(type.isInSet(storedMarks || $from.marks())) : doc.rangeHasMark(from, to, type),
  };
}

function insertTable(state, dispatch) {
  if (isInTable(state)) return false;
  const row = (type) => nodes.table_row.create(null, [0, 1, 2].map(() => type.createAndFill()));
  const table = nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell), row(nodes.table_cell)]);
  dispatch?.(state.tr.replaceSelectionWith(table).scrollIntoView());
  return true;
}

function insertRule(state, dispatch) {
  dispatch?.(state.tr.replaceSelectionWith(nodes.horizontal_rule.create()).scrollIntoView());
  return true;
}

function buttonsFor(words) {
  return [
    ['paragraph', block(nodes.paragraph)], ['heading', block(nodes.heading, { level: 2 })],
    ['subheading', block(nodes.heading, { level: 3 })], null,
    ['bold', marked(marks.strong)], ['italic', marked(marks.em)],
    ['link', { run: askForLink(words), active: marked(marks.link).active }], null,
    ['bullets', wrapped(nodes.bullet_list, wrapInList(nodes.bullet_list), liftListItem(nodes.list_item))],
    ['numbers', wrapped(nodes.ordered_list, wrapInList(nodes.ordered_list), liftListItem(nodes.list_item))],
    ['quote', wrapped(nodes.blockquote, wrapIn(nodes.blockquote), lift)], null,
    ['picture', { run: choosePicture(words) }], ['table', { run: insertTable }], ['rule', { run: insertRule }], null,
    ['undo', { run: undo }], ['redo', { run: redo }], null,
    ['rowAfter', { run: addRowAfter, table: true }], ['columnAfter', { run: addColumnAfter, table: true }],
    ['deleteRow', { run: deleteRow, table: true }], ['deleteColumn', { run: deleteColumn, table: true }],
    ['deleteTable', { run: deleteTable, table: true }],
  ];
}

/** The bar for `view`, with the texts `words`: `dom` to place, `update(state)` to call after each change. */
export function makeToolbar(words, viewOf) {
  const dom = document.createElement('div');
  dom.className = 'editor-bar';
  dom.setAttribute('role', 'toolbar');
  dom.setAttribute('aria-label', words.toolbar);
  const buttons = [];
  for (const entry of buttonsFor(words)) {
    if (!entry) {
      dom.append(Object.assign(document.createElement('span'), { className: 'gap' }));
      continue;
    }
    const [name, command] = entry;
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: words[name], tabIndex: -1 });
    button.dataset.command = name;
    button.addEventListener('mousedown', (event) => event.preventDefault()); // the text keeps its selection
    button.addEventListener('click', () => {
      const view = viewOf();
      command.run(view.state, view.dispatch, view);
      if (!document.querySelector('dialog[open]')) view.focus();
    });
    dom.append(button);
    buttons.push({ button, ...command });
  }
  buttons[0].button.tabIndex = 0;
  dom.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const shown = buttons.map(({ button }) => button).filter((button) => !button.hidden && !button.disabled);
    const next = shown.at((shown.indexOf(event.target) + step) % shown.length);
    for (const { button } of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
    event.preventDefault();
  });
  return {
    dom,
    update(state) {
      const inTable = isInTable(state);
      for (const { button, run, active, table } of buttons) {
        button.hidden = Boolean(table) && !inTable;
        const pressed = Boolean(active?.(state));
        if (active) button.setAttribute('aria-pressed', String(pressed));
        button.disabled = !pressed && !run(state);
      }
    },
  };
}
