// A painting that was made in a style: its frames to scrub through.

import { making } from "../art/making.js";

export const open = (root, context) => making(root, context);
