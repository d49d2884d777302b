// Runs programs one after the other, each in a thread with an environment of its own: one
// start of Node.js for all. Takes a JSON file of [{ file, key, room }], prints what each one did.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

const done = [];
for (const { file, key } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  done.push(await run(file, key));
}
console.log(JSON.stringify(done));

async function run(file, key) {
  const env = { RUNAPI_API_KEY: key };
  const worker = new Worker(file, { env, stdout: true, stderr: true });
  const out = read(worker.stdout);
  const err = read(worker.stderr);
  let failure = "";
  worker.on("error", (error) => (failure = String(error?.stack ?? error)));
  const status = await new Promise((resume) => worker.on("exit", resume));
  return { success: status === 0, out: await out, err: (await err) + failure };
}

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
