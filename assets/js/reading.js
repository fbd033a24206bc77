// How one reads: face and size of the text, remembered by a cookie that base.html reads.
const YEAR = 365 * 24 * 3600;
const root = document.documentElement;

function show(tools) {
  for (const button of tools.querySelectorAll('button')) {
    const { face, size } = button.dataset;
    button.setAttribute('aria-pressed', String(face ? face === root.dataset.face : size === root.dataset.size));
  }
}

export function enhanceReading() {
  for (const tools of document.querySelectorAll('[data-reading][hidden]')) {
    tools.hidden = false;
    show(tools);
    tools.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (!button) return;
      for (const [name, value] of Object.entries(button.dataset)) {
        root.dataset[name] = value;
        const secure = location.protocol === 'https:' ? '; Secure' : '';
        document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
      }
      show(tools);
    });
  }
  const changes = document.querySelectorAll('[data-changed]').length;
  for (const button of document.querySelectorAll('[data-change]')) button.hidden = changes < 2;
}
