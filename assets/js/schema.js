// What a text may consist of: the server's allow-list (editorial/documents/allowed.py) as ProseMirror's schema.
// tests/test_assets.py holds the two together.
import { Schema } from 'prosemirror-model';

const PICTURE = /^pictures\/[0-9a-f]{64}$/;
const NOTE_ID = /^fn(ref)?[1-9][0-9]{0,3}$/;
const REL = 'noopener noreferrer';

/** An address as a link may have it, else null: http, https, mailto, or a note of this text. */
export function linkAddress(address) {
  const tidy = (address ?? '').trim();
  if (/^(https?:\/\/[^\s/]|mailto:[^\s])\S*$/i.test(tidy)) return tidy;
  return tidy.startsWith('#') && NOTE_ID.test(tidy.slice(1)) ? tidy : null;
}

function noteId(dom) {
  return { id: NOTE_ID.test(dom.id) ? dom.id : null };
}

function pictureAttributes(dom) {
  const src = dom.getAttribute('src') ?? '';
  return PICTURE.test(src) ? { src, alt: dom.getAttribute('alt') ?? '' } : false;
}

function spans(dom) {
  return { colspan: Number(dom.getAttribute('colspan')) || 1, rowspan: Number(dom.getAttribute('rowspan')) || 1, colwidth: null };
}

function written({ colspan, rowspan }) {
  return { ...(colspan > 1 && { colspan }), ...(rowspan > 1 && { rowspan }) };
}

const plain = (tag) => ({ parseDOM: [{ tag }], toDOM: () => [tag, 0] });
const picture = {
  attrs: { src: {}, alt: { default: '' } },
  draggable: true,
  toDOM: ({ attrs: { src, alt } }) => ['img', { src, alt }],
};
const cell = (tag, role) => ({
  content: 'block+',
  attrs: { colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null } },
  tableRole: role,
  isolating: true,
  parseDOM: [{ tag, getAttrs: spans }],
  toDOM: ({ attrs }) => [tag, written(attrs), 0],
});

const nodes = {
  doc: { content: 'block+' },
  paragraph: { content: 'inline*', group: 'block', ...plain('p') },
  heading: {
    content: 'inline*',
    group: 'block',
    attrs: { level: { default: 2 } },
    defining: true,
    parseDOM: [2, 3, 4].map((level) => ({ tag: `h${level}`, attrs: { level } })),
    toDOM: ({ attrs }) => [`h${attrs.level}`, 0],
  },
  blockquote: { content: 'block+', group: 'block', defining: true, ...plain('blockquote') },
  bullet_list: { content: 'list_item+', group: 'block', ...plain('ul') },
  ordered_list: {
    content: 'list_item+',
    group: 'block',
    attrs: { start: { default: 1 } },
    parseDOM: [{ tag: 'ol', getAttrs: (dom) => ({ start: dom.hasAttribute('start') ? dom.start : 1 }) }],
    toDOM: ({ attrs: { start } }) => ['ol', start === 1 ? {} : { start }, 0],
  },
  list_item: {
    content: 'block+',
    attrs: { id: { default: null } },
    defining: true,
    parseDOM: [{ tag: 'li', getAttrs: noteId }],
    toDOM: ({ attrs: { id } }) => ['li', id ? { id } : {}, 0],
  },
  // Head and body of a table are one here; rows of head cells at its beginning are written as its head (see `withHeads`).
  table: { content: 'table_row+', group: 'block', tableRole: 'table', isolating: true, parseDOM: [{ tag: 'table' }], toDOM: () => ['table', ['tbody', 0]] },
  table_row: { content: '(table_cell | table_header)*', tableRole: 'row', ...plain('tr') },
  table_cell: cell('td', 'cell'),
  table_header: cell('th', 'header_cell'),
  figure: { content: '(figure_picture | figcaption | block)+', group: 'block', isolating: true, ...plain('figure') },
  figure_picture: { ...picture, parseDOM: [{ tag: 'img', context: 'figure/', priority: 60, getAttrs: pictureAttributes }] },
  figcaption: { content: 'inline*', defining: true, ...plain('figcaption') },
  horizontal_rule: { group: 'block', parseDOM: [{ tag: 'hr' }], toDOM: () => ['hr'] },
  text: { group: 'inline' },
  image: { ...picture, inline: true, group: 'inline', parseDOM: [{ tag: 'img', getAttrs: pictureAttributes }] },
  hard_break: { inline: true, group: 'inline', selectable: false, linebreakReplacement: true, parseDOM: [{ tag: 'br' }], toDOM: () => ['br'] },
};

// Their order is the order in which they nest.
const marks = {
  link: {
    attrs: { href: {} },
    inclusive: false,
    parseDOM: [{
      tag: 'a[href]',
      getAttrs: (dom) => {
        const href = linkAddress(dom.getAttribute('href'));
        return href !== null && { href };
      },
    }],
    toDOM: ({ attrs: { href } }) => ['a', href.startsWith('#') ? { href } : { href, rel: REL }, 0],
  },
  ruby: { ...plain('ruby') },
  rt: { excludes: 'rt rp', ...plain('rt') },
  rp: { excludes: 'rp rt', ...plain('rp') },
  strong: { parseDOM: [{ tag: 'strong' }, { tag: 'b' }], toDOM: () => ['strong', 0] },
  em: { parseDOM: [{ tag: 'em' }, { tag: 'i' }], toDOM: () => ['em', 0] },
  u: { ...plain('u') },
  s: { ...plain('s') },
  mark: { ...plain('mark') },
  sub: { excludes: 'sub sup', ...plain('sub') },
  sup: {
    attrs: { id: { default: null } },
    excludes: 'sub sup',
    parseDOM: [{ tag: 'sup', getAttrs: noteId }],
    toDOM: ({ attrs: { id } }) => ['sup', id ? { id } : {}, 0],
  },
};

export const schema = new Schema({ nodes, marks });

/** Move rows of head cells at a table's beginning from its body to a head, in the DOM that a serializer wrote. */
export function withHeads(root) {
  for (const table of root.querySelectorAll('table')) {
    const body = table.querySelector(':scope > tbody');
    const rows = [...body.children];
    const first = rows.findIndex((row) => [...row.children].some((part) => part.tagName === 'TD') || !row.children.length);
    const heads = first < 0 ? [] : rows.slice(0, first);
    if (!heads.length) continue;
    const head = table.ownerDocument.createElement('thead');
    head.append(...heads);
    table.prepend(head);
  }
  return root;
}
