// Makes a pause of seconds one of milliseconds.
const promises = require("node:timers/promises");
const timeout = globalThis.setTimeout;
const promised = promises.setTimeout;
globalThis.setTimeout = (work, wait, ...rest) => timeout(work, wait / 1000, ...rest);
promises.setTimeout = (wait, ...rest) => promised(wait / 1000, ...rest);
require("node:module").syncBuiltinESMExports();
