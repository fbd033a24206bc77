// 字数 as editors count, by the rule of editorial/documents/text.py: one a Chinese character, a full-width mark, or a run of
// Latin letters or digits; a run goes on over a mark inside it.
const EAST_ASIAN =
  '\\u1100-\\u11ff\\u2e80-\\u9fff\\ua960-\\ua97f\\uac00-\\ud7ff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef\\u{1b000}-\\u{3ffff}';
const LATIN = `(?![${EAST_ASIAN}])[\\p{L}\\p{N}]`;
const COUNTED = new RegExp(`${LATIN}(?:${LATIN}|[.,'’:/@_%+\\-](?=${LATIN})|[\\u0300-\\u036f])*|[^\\x00-\\x7f\\s]`, 'gu');
const UNCOUNTED = /^[\p{Mn}\p{Me}\p{Mc}\p{Cf}\p{Cc}\p{Zs}]$/u;

/** How many with marks, how many without, and in how many minutes one reads them. */
export function measure(text) {
  let count = 0;
  let bare = 0;
  for (const [found] of text.matchAll(COUNTED)) {
    if (!UNCOUNTED.test(found)) count += 1;
    if (/^[\p{L}\p{N}]/u.test(found)) bare += 1;
  }
  return { count, bare, minutes: Math.max(1, Math.round(count / 400)) };
}
