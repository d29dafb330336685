// The classifier's page is that of everything that recognises.

export { open } from "./deciding/recogniser.js";
