// Finding one's way in the settings and the account menu, for the tests of both.

/** Opens the menu behind one's own face. */
export async function openMenu(page) {
  await page.getByRole("button", { name: "My account" }).click();
  await page.getByRole("menu", { name: "My account" }).waitFor();
}

export async function chooseInMenu(page, name) {
  await openMenu(page);
  await page.getByRole("menuitem", { name, exact: true }).click();
}

/** A section by its name in the list of them. */
export async function openSection(page, name) {
  const link = page.getByRole("navigation", { name: "Shop settings" }).getByRole("link", { name });
  if (!(await page.locator("[data-view=settings]").isVisible())) {
    await chooseInMenu(page, "Shop settings");
  }
  await link.click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.locator("[data-part=section] section").first().waitFor();
}

/** The problem said at a field. */
export const problemAt = (page, field) =>
  page.locator(`[data-field=${field}] [data-part=field-problem]`);

/** What is wider than the screen. */
export function overflow(page) {
  return page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
}
