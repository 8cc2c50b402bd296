// What only the settings, the staff's accounts and the keys are asked by.

const user = "/admin-api/system/user";
const key = "/admin-api/infra/kefu-key";
const shop = "/admin-api/promotion/kefu-shop";

export const paths = {
  shop: `${shop}/get`,
  changeShop: `${shop}/update`,
  qr: "/qr.svg",
  upload: "/admin-api/infra/file/upload",
  /** @param {number} pageNo @param {number} pageSize */
  staff: (pageNo, pageSize) => `${user}/page?pageNo=${pageNo}&pageSize=${pageSize}`,
  addStaff: `${user}/create`,
  changeStaff: `${user}/update`,
  staffPassword: `${user}/update-password`,
  staffStatus: `${user}/update-status`,
  profile: `${user}/profile/get`,
  changeProfile: `${user}/profile/update`,
  ownPassword: `${user}/profile/update-password`,
  keys: `${key}/list`,
  rotateKey: `${key}/rotate`,
  testProof: `${key}/test-proof`,
};

/**
 * The owner's view of the shop; what is not set is null.
 * @typedef {object} Shop
 * @property {string | null} name
 * @property {string | null} color
 * @property {string | null} avatar
 * @property {string | null} greetingZh
 * @property {string | null} greetingEn
 * @property {"auto" | "zh" | "en"} language
 * @property {string[]} sites
 * @property {string[]} pictureSites
 * @property {number} uploadBytesMax
 * @property {number} uploadsPerHour
 * @property {number} filesMbMax
 * @property {string | null} publicUrl
 */

/**
 * One of the staff, as the owner sees him.
 * @typedef {object} Staff
 * @property {number} id
 * @property {string} username
 * @property {string} nickname
 * @property {string | null} avatar
 * @property {0 | 1} status 1: disabled
 * @property {"owner" | "agent"} role
 * @property {number} createTime
 * @property {number | null} loginDate
 */
