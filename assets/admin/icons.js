// The icons that only the desk needs.

import { addIcons, icon } from "../shared/icons.js";

addIcons({
  verified: "M12 3.5 19 6v5.5c0 4.2-2.8 7.4-7 9-4.2-1.6-7-4.8-7-9V6ZM8.8 12l2.3 2.3 4.2-4.4",
  pin: "M9 4h6l-.7 6.2 3.2 3.3v1.5h-11V13.5l3.2-3.3L9 4ZM12 15v5.5",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
});

export { icon };
