// Drives a server of toxiproxy's API with toxiproxy-node-client: `node toxiproxy_client.js http://HOST:PORT`.
// Prints what it found, a word and a value a line.

const net = require("net");
const { Toxiproxy } = require("toxiproxy-node-client");

const say = (word, value) => console.log(`${word} ${value}`);

/** Somebody who answers every byte; gives its port. */
function echo() {
  return new Promise((listening) => {
    const server = net.createServer((socket) => socket.on("error", () => {}).pipe(socket));
    server.listen(0, "127.0.0.1", () => listening(server.address().port));
  });
}

function connect(proxy) {
  const [host, port] = proxy.listen.split(":");
  return new Promise((opened, failed) => {
    const socket = net.connect(Number(port), host, () => opened(socket.setNoDelay(true)));
    socket.once("error", failed);
  });
}

/** How long an answer takes, in milliseconds. */
function answer(socket) {
  const began = process.hrtime.bigint();
  socket.write("hello");
  return new Promise((came) => socket.once("data", () => came(Number(process.hrtime.bigint() - began) / 1e6)));
}

/** How a call ends. */
const outcome = (call) => call.then(() => "done", (error) => error.message);

async function main(url) {
  const server = new Toxiproxy(url);
  const upstream = `127.0.0.1:${await echo()}`;
  const wanted = { name: "node", listen: "127.0.0.1:0", upstream };
  const proxy = await server.createProxy(wanted);
  say("again", await outcome(server.createProxy(wanted)));
  say("taken", await outcome(server.createProxy({ name: "other", listen: proxy.listen, upstream })));
  say("unknown", await outcome(proxy.addToxic({ type: "plague", attributes: {} })));
  const socket = await connect(proxy);
  await answer(socket);
  const toxic = await proxy.addToxic({ type: "latency", attributes: { latency: 100, jitter: 0 } });
  say("latency", await answer(socket));
  await toxic.update({ attributes: { latency: 200, jitter: 0 } });
  say("changed", await answer(socket));
  await toxic.remove();
  say("removed", await answer(socket));
  const closed = new Promise((over) => socket.once("close", over));
  const disabled = await proxy.update({ enabled: false, listen: proxy.listen, upstream });
  await closed;
  say("disabled", disabled.enabled);
  say("refused", await outcome(connect(proxy)));
  await proxy.update({ enabled: true, listen: proxy.listen, upstream });
  const again = await connect(proxy);
  await answer(again);
  again.destroy();
  say("populated", Object.keys(await server.populate([wanted, { ...wanted, name: "second" }])).sort().join(","));
  await server.reset();
  for (const each of Object.values(await server.getAll())) await each.remove();
  say("left", Object.keys(await server.getAll()).length);
}

main(process.argv[2]).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
