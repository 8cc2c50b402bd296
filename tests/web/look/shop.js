// A shop that looks like one: its settings, products, orders, staff, and customers in the middle of their conversations.
// Told to a running server over HTTP and the command line, as a shop would.

import { createServer } from "node:http";
import { Caller } from "../browser/caller.js";
import { ADMIN } from "../browser/harness.js";
import { png } from "../browser/sample.js";
import { proof } from "../browser/shop.js";

export const MATE = { username: "agent1", password: "correct horse too", nickname: "小满" };

const PRODUCTS = [
  { spuId: 600, spuName: "和纸落地灯 · 手工", price: 26_800, salesCount: 412, stock: 9 },
  { spuId: 601, spuName: "老榆木小方凳", price: 15_900, salesCount: 88, stock: 3 },
  { spuId: 602, spuName: "青瓷盖碗三件套", price: 19_800, salesCount: 1_203, stock: 46 },
  { spuId: 603, spuName: "亚麻桌旗 180 cm", price: 6_900, salesCount: 230, stock: 120 },
];

const PEOPLE = [
  {
    sub: "u-1001",
    name: "林知夏",
    phone: "138 0013 8000",
    email: "zhixia@example.com",
    level: "金卡会员",
    talk: [
      ["m", "您好，和纸落地灯的灯罩可以单独换吗？"],
      ["a", "您好！可以的，灯罩单独售卖，三种尺寸都有现货 [开心]"],
      ["m", "太好了。我家那盏是去年买的，尺寸 38 cm 的。"],
      ["a", "去年的款和现在通用，直接选 38 cm 就好。需要我发链接给您吗？"],
      ["m", "需要，谢谢！另外订单能今天发出吗？ https://shop.example/orders/o20261124"],
    ],
  },
  { sub: "u-1002", name: "Emma Laurent", talk: [["m", "Does the stool ship to Lyon?"]] },
  {
    sub: "u-1003",
    name: "周小禾",
    talk: [
      ["m", "收到货了，包装特别好，谢谢～[爱心][爱心]"],
      ["a", "感谢您的支持，喜欢的话欢迎常来 [点赞]"],
    ],
  },
  { talk: [["m", "优惠券怎么用不了？"]] },
  { sub: "u-1004", name: "阿布都热依木·买买提江", talk: [["m", "请问发什么快递？"]] },
  { talk: [["m", "Hi! Is the lamp warm white?"]] },
  {
    sub: "u-1005",
    name: "何必",
    talk: [
      ["m", "想退货"],
      ["a", "好的，我来帮您处理。"],
    ],
  },
  { sub: "u-1006", name: "沈清", talk: [["m", "盖碗到了有一个小缺口，您看看照片"]] },
];

/** Another host for the catalog's pictures, as most shops have one. @param {(stop: () => void) => void} onEnd */
async function pictureHost(onEnd) {
  const server = createServer((request, response) => {
    const seed = Number.parseInt(request.url?.slice(1) ?? "0", 10);
    const picture = png(240 + (seed % 3) * 40, 240);
    response.writeHead(200, { "Content-Type": "image/png" }).end(picture);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  onEnd(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

async function customer(origin, key, { sub, name, phone, email, level }) {
  if (!sub) return Caller.visitor(origin);
  const token = proof(key, { sub, name, phone, email, level });
  return Caller.member(origin, token);
}

/** Fills the shop; gives the origin of its pictures. @param {import("../browser/harness.js").World} world */
export async function furnish(world, onEnd) {
  const { server } = world;
  const { origin } = server;
  const pictures = await pictureHost(onEnd);
  world.hosts.add(pictures);
  server.addAdmin(MATE);
  const key = server.command("key", "rotate", "identity").trim();
  const products = PRODUCTS.map((product) => ({
    type: "product",
    ...product,
    picUrl: `${pictures}/${product.spuId}.png`,
    url: `https://shop.example/p/${product.spuId}`,
  }));
  const items = products.slice(0, 2).map(({ spuName, price, picUrl }, at) => {
    return { spuName, price, picUrl, count: at + 1, properties: [{ valueName: "暖光" }] };
  });
  const order = {
    type: "order",
    id: 8,
    userId: "u-1001",
    no: "o2026112400018",
    status: 10,
    deliveryType: 1,
    productCount: 3,
    payPrice: 58_600,
    createTime: Date.now(),
    items,
  };
  server.importCatalog([...products, order]);
  const owner = await Caller.admin(origin, ADMIN);
  const mate = await Caller.admin(origin, MATE);
  const shop = { name: "松灯小铺", color: "#2f6b57", greetingZh: "您好，欢迎来到松灯小铺 🏮" };
  await owner.ask("PUT", "/admin-api/promotion/kefu-shop/update", {
    ...shop,
    greetingEn: "Welcome to Lantern & Pine",
  });
  for (const person of PEOPLE.toReversed()) await talk(origin, key, person, [owner, mate]);
  return { key, pictures, products, order, owner, mate };
}

async function talk(origin, key, person, staff) {
  const member = await customer(origin, key, person);
  let id;
  for (const [at, [side, text]] of person.talk.entries()) {
    if (side === "m") await member.say(1, { text });
    else await staff[at % 2].say(1, { text }, id);
    id ??= (await member.ask("GET", "/app-api/promotion/kefu-conversation/get")).id;
  }
  const [first, second] = PRODUCTS;
  for (const { spuId, spuName, price } of person.sub ? [first, second] : []) {
    const seen = { spuId, spuName, price };
    await member.ask("POST", "/app-api/product/browse-history/create", seen);
  }
  if (person.sub === "u-1001") {
    await member.say(10, { spuId: first.spuId, spuName: first.spuName });
    await member.say(11, { id: 8, no: "o2026112400018", items: [] });
  }
}
