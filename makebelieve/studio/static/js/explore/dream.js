// A dream that was made: its frames to scrub through.

import { making } from "../art/making.js";

export const open = (root, context) => making(root, context);
