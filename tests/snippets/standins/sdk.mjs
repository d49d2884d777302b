// Stands in for the vendor's JavaScript SDK: same names, same arguments, same way of working.
// Each service's package, generated from catalog.toml, calls `client` below.

export function client(name, defaultBaseUrl, resources) {
  return class {
    constructor(options) {
      takes(name, options, ["apiKey", "baseUrl"]);
      if (typeof options.apiKey !== "string" || options.apiKey === "") {
        throw new TypeError(`${name}: apiKey is missing`);
      }
      const baseUrl = options.baseUrl ?? defaultBaseUrl;
      for (const [resource, path] of Object.entries(resources)) {
        this[resource] = {
          run: (...given) => run(given, options.apiKey, baseUrl + path),
        };
      }
      Object.freeze(this);
    }
  };
}

async function run(given, apiKey, url) {
  if (given.length !== 1) {
    throw new TypeError(`run takes one object, not ${given.length} values`);
  }
  takes("run", given[0]);
  let task = await send("POST", url, apiKey, JSON.stringify(given[0]));
  while (task.status === "queued" || task.status === "processing") {
    await new Promise((resume) => setTimeout(resume, 20));
    task = await send("GET", `${url}/${task.id}`, apiKey);
  }
  if (task.status === "failed") {
    throw new Error(`task ${task.id} failed: ${task.error}`);
  }
  return task;
}

async function send(method, url, apiKey, body) {
  const headers = { Authorization: `Bearer ${apiKey}` };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${response.status}: ${text}`);
  }
  return JSON.parse(text);
}

function takes(name, value, keys) {
  if (Object.prototype.toString.call(value) !== "[object Object]") {
    throw new TypeError(`${name} takes an object`);
  }
  const unknown = Object.keys(value).filter((key) => keys && !keys.includes(key));
  if (unknown.length > 0) {
    throw new TypeError(`${name} does not know ${unknown}`);
  }
}
