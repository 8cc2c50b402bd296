// The icons of what is more than text, and of what opens over the page.

import { addIcons, icon } from "./icons.js";

addIcons({
  picture:
    "M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5ZM3.5 16.5l5-5 8 8M14 14l2.5-2.5 4 4M15.5 8.6v.1",
  file: "M13.5 3.5h-7A1.5 1.5 0 0 0 5 5v14a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 19V9ZM13.5 3.5V9H19",
  download: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  voice:
    "M12 14.5a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5.5a3 3 0 0 0 3 3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
  video:
    "M4.5 6h9A1.5 1.5 0 0 1 15 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6ZM15 10.5l6-3v9l-6-3",
  larger:
    "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.2 15.2 20 20M10.5 7.8v5.4m-2.7-2.7h5.4",
  smaller: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.2 15.2 20 20M7.8 10.5h5.4",
  close: "m6.5 6.5 11 11m0-11-11 11",
});

export { icon };
