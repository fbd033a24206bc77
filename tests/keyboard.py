"""Somebody who has a keyboard and no mouse: reaches what they want by Tab, and sees where they are."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser import Person

AWAY = """target => {
  const kinds = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]';
  const stops = [...document.querySelectorAll(kinds)]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && one.checkVisibility());
  const after = (one, other) => other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  const here = document.activeElement;
  const back = here !== document.body && after(here, target);
  return stops.filter((one) => back ? one !== here && after(here, one) && (one === target || after(one, target))
    : (here === document.body || after(one, here)) && (one === target || after(target, one))).length * (back ? -1 : 1);
}"""
"""How many times Tab leads from where the focus is to the target; back, as a negative number."""
SHOWN = """one => {
  if (one !== document.activeElement && !one.contains(document.activeElement)) return 'not there';
  const here = document.activeElement;
  const styles = [here, here.parentElement, here.closest('.row')].filter(Boolean).flatMap(
    (it) => [getComputedStyle(it), getComputedStyle(it, '::after'), getComputedStyle(it, '::before')]);
  const outlined = (it) => it.outlineStyle !== 'none' && parseFloat(it.outlineWidth) > 0;
  return styles.some((it) => outlined(it) || it.boxShadow !== 'none') ? 'here' : 'not to be seen';
}"""
MORE = 12
"""So many further stops are tried: a group of radio buttons is one stop, a scrolling frame is one more."""


class Keys:
    """A person at a browser who presses keys alone."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def key(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def skip(self) -> None:
        """From the head of a page to its content, by its first link."""
        self.key("Tab", "Enter")
        expect(self.page.locator("main")).to_be_focused()

    def to(self, target: Locator) -> None:
        """Bring the focus to `target` by Tab; it must arrive, and be seen there."""
        expect(target).to_be_visible()
        away = int(target.evaluate(AWAY))
        self.key(*(["Tab"] * away if away >= 0 else ["Shift+Tab"] * -away))
        for _more in range(MORE):
            if (found := target.evaluate(SHOWN)) != "not there":
                assert found == "here", f"{self.page.url}: the focus on {target} is {found}"
                return
            self.key("Tab" if away >= 0 else "Shift+Tab")
        raise AssertionError(f"{self.page.url}: {target} can't be reached by Tab")

    def type(self, name: str, text: str) -> None:
        """Type in the field of this name, in place of what stands there."""
        self.to(self.page.locator(f"main [name={name}]:visible").first)
        self.key("Control+A")
        self.page.keyboard.insert_text(text)

    def write(self, text: str) -> None:
        """Type in the editor of a text, and leave it."""
        self.to(self.page.locator(".ProseMirror"))
        self.page.keyboard.insert_text(text)

    def tick(self, target: Locator) -> None:
        """Tick it, or choose it."""
        self.to(target)
        self.key("Space")
        expect(target).to_be_checked()

    def choose(self, target: Locator, label: str) -> None:
        """Choose in a list, by the arrow."""
        self.to(target)
        for _option in target.locator("option").all():
            if label in target.evaluate("one => one.selectedOptions[0].textContent"):
                return
            self.key("ArrowDown")
        raise AssertionError(f"{self.page.url}: no option is called {label}")

    def open(self, target: Locator) -> None:
        """Unfold it, where it is folded."""
        if target.get_attribute("open") is None:
            self.to(target.locator("> summary"))
            self.key("Enter")

    def go(self, target: Locator, key: str = "Enter") -> None:
        """Press a button or follow a link, and wait for the page to which it leads; it is held to what all are."""
        self.to(target)
        with self.page.expect_navigation():
            self.key(key)
        self.person.check()

    def go_by(self, *keys: str) -> None:
        """The same by single keys, of which the last one leads on."""
        self.key(*keys[:-1])
        with self.page.expect_navigation():
            self.key(keys[-1])
        self.person.check()

    def press(self, name: str) -> None:
        """`go` to the button or the link on which `name` is written."""
        area = self.page.locator("main")
        self.go(area.get_by_role("button", name=name, exact=True).or_(
            area.get_by_role("link", name=name, exact=True)).locator("visible=true").first)

    def act(self, action: str, **fields: str) -> None:
        """Do an action of the table on the page of a manuscript or an assignment, with these fields."""
        form = self.page.locator(f"main form[action$='/{action}']").last
        fold = self.page.locator(f"details:has(form[action$='/{action}'])")
        if fold.count():
            self.open(fold.last)
        for name, text in fields.items():
            self.to(form.locator(f"[name={name}]"))
            self.key("Control+A")
            self.page.keyboard.insert_text(text)
        for box in form.locator("[type=checkbox]:visible").all():
            self.tick(box)
        self.go(form.get_by_role("button").last)
