// What a shop writes into its own pages and programs, line by line. Pure.

/** @param {string} text inside an attribute */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/**
 * @param {string} origin
 * @param {{ color?: string | null, title?: string | null, position?: string | null, locale?: string | null }} options
 */
export function embedSnippet(origin, { color, title, position, locale }) {
  const given = Object.entries({ color, title, position, locale }).flatMap(([name, value]) =>
    value ? [`data-${name}="${escaped(value)}"`] : [],
  );
  const attributes = [`async src="${origin}/widget.js"`, ...given].join("\n  ");
  return `<script ${attributes}></script>`;
}

export const identifySnippet = [
  "<script>",
  "  window.kefu = window.kefu || function () {",
  "    (kefu.q = kefu.q || []).push(arguments);",
  "  };",
  "  // The token that your server made for whoever is signed in.",
  '  kefu("identify", token);',
  "</script>",
].join("\n");

export const proofPhp = [
  "<?php",
  "// KEFU_IDENTITY_KEY is the identity key. It stays on your server.",
  "function kefu_token(string $memberId, string $name): string {",
  "    $encode = fn(string $text): string =>",
  "        rtrim(strtr(base64_encode($text), '+/', '-_'), '=');",
  "    $head = $encode(json_encode(['alg' => 'HS256', 'typ' => 'JWT']));",
  "    $body = $encode(json_encode([",
  "        'sub' => $memberId,        // your own id of the member",
  "        'name' => $name,           // optional, as are avatar, email, phone, level",
  "        'exp' => time() + 300,     // at most 10 minutes ahead",
  "    ]));",
  "    $sign = hash_hmac('sha256', \"$head.$body\", getenv('KEFU_IDENTITY_KEY'), true);",
  '    return "$head.$body." . $encode($sign);',
  "}",
].join("\n");

export const proofNode = [
  'import { createHmac } from "node:crypto";',
  "",
  "// KEFU_IDENTITY_KEY is the identity key. It stays on your server.",
  "export function kefuToken(memberId, name) {",
  '  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");',
  '  const head = encode({ alg: "HS256", typ: "JWT" });',
  "  const body = encode({",
  "    sub: String(memberId), // your own id of the member",
  "    name, // optional, as are avatar, email, phone, level",
  "    exp: Math.floor(Date.now() / 1000) + 300, // at most 10 minutes ahead",
  "  });",
  '  const sign = createHmac("sha256", process.env.KEFU_IDENTITY_KEY)',
  '    .update([head, body].join("."))',
  '    .digest("base64url");',
  '  return [head, body, sign].join(".");',
  "}",
].join("\n");
