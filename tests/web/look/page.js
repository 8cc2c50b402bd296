// What every picture needs: a page that has come to rest, and the few things a person does to get there.

/** When nothing moves and every picture is there. @param {import("playwright-core").Page | import("playwright-core").Frame} page */
export async function settle(page) {
  await page.waitForFunction(() =>
    [...document.images].every((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      // What is not on the screen may not be loaded yet.
      return image.complete || top >= innerHeight || bottom <= 0 || !image.checkVisibility();
    }),
  );
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300))),
  );
}

/** In the language of the look, and not in both for every small thing. */
export const inWords = ({ locale }, zh, en) => (locale === "en" ? en : zh);

/** A socket that can be cut, and stays so. @param {import("playwright-core").Page} page */
export async function cuttable(page) {
  const sockets = [];
  let isCut = false;
  await page.routeWebSocket("**/infra/ws?**", (socket) => {
    if (isCut) return socket.close();
    sockets.push(socket);
    return socket.connectToServer();
  });
  return async () => {
    isCut = true;
    for (const socket of sockets) await socket.close();
  };
}

export async function signIn(page, { username, password }) {
  await page.locator("input[name=username]").fill(username);
  await page.locator("input[name=password]").fill(password);
  await page.locator("[data-view=sign-in] button[type=submit]").click();
  await page.locator("[data-view=desk]").waitFor();
}
