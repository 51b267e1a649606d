// A server of the exchanges that `dyno init` writes: hello.mjs HOST PORT.

import { createServer } from "node:http";

const [host, port] = process.argv.slice(2);

function answer(response, status, value) {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": length });
  response.end(body);
}

createServer((request, response) => {
  let text = "";
  request.on("data", (piece) => (text += piece));
  request.on("end", () => {
    if (request.method === "GET" && request.url === "/hello") {
      answer(response, 200, { hello: "world" });
    } else if (request.method === "POST" && request.url === "/orders") {
      const order = JSON.parse(text);
      if (order.count < 1) {
        answer(response, 400, { error: "count must be at least 1" });
      } else {
        answer(response, 201, order);
      }
    } else {
      answer(response, 404, { error: "not found" });
    }
  });
}).listen(Number(port), host);
