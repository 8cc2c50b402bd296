// Many customers at once, written through the API as their pages do, and their messages.

/** Calls the server as a client of the shop does. */
async function call(server, method, path, body, token) {
  const response = await fetch(server.origin + path, {
    method,
    headers: {
      "Content-Type": "application/json",
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const { code, data, msg } = await response.json();
  if (code !== 0) throw new Error(`${path}: ${code} ${msg}`);
  return data;
}

let sent = 0;

/** A visitor who can write without a page. */
export async function visitor(server) {
  const { accessToken } = await call(server, "POST", "/app-api/member/auth/visitor", {});
  return {
    write(text) {
      sent += 1;
      const clientMessageId = `crowd-${String(sent).padStart(16, "0")}`;
      const body = { contentType: 1, content: JSON.stringify({ text }), clientMessageId };
      return call(server, "POST", "/app-api/promotion/kefu-message/send", body, accessToken);
    },
  };
}

/** One visitor for each text, in this order. */
export async function crowd(server, texts) {
  const people = [];
  for (const text of texts) {
    const person = await visitor(server);
    await person.write(text);
    people.push(person);
  }
  return people;
}
