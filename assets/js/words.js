// The texts that scripts show, in the language of the page: base.html puts them into a data block.
const texts = JSON.parse(document.getElementById('messages')?.textContent || '{}');

export function say(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
