// The line between a page and its server, for tests of what happens without it.

/** Lets a test cut the page's socket and keep it from coming back, and change what the server says first. */
export async function cuttable(page) {
  let socket;
  let held = null;
  let letThrough = () => {};
  page.hello = (hello) => hello;
  await page.routeWebSocket("**/infra/ws?**", (route) => {
    socket = route;
    const server = route.connectToServer();
    server.onMessage((text) => {
      const frame = text.startsWith("{") ? JSON.parse(text) : {};
      if (frame.type !== "kefu_hello") return route.send(text);
      const content = JSON.stringify(page.hello(JSON.parse(frame.content)));
      return route.send(JSON.stringify({ ...frame, content }));
    });
  });
  await page.route("**/infra/ws-ticket", async (route) => {
    await held;
    await route.continue();
  });
  page.cut = async () => {
    held = new Promise((resolve) => {
      letThrough = resolve;
    });
    await socket.close({ code: 1012 });
  };
  page.mend = () => letThrough();
}
