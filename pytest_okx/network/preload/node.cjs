// What a child process in Node loads as it starts (NODE_OPTIONS): the detour to its fake. Node asks the proxies of its
// environment from version 24 on, and most WebSocket clients never do.
"use strict";

const net = require("node:net");

const { host, port, api, domains } = JSON.parse(process.env.PYTEST_OKX_FAKE);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...given) {
  // Given are options, or a port and a host; a listener; or from within Node a list of options and listener.
  const [first, second, third] = given.flat();
  const options = typeof first === "object" ? first : { port: first, host: second };
  const name = typeof options.host === "string" ? options.host.toLowerCase().replace(/\.$/, "") : "";
  if (api.includes(name)) {
    // A copy: it is in the options that were given that TLS looks for the name to check the certificate against.
    return connect.call(this, { ...options, host, port }, typeof second === "function" ? second : third);
  }
  if (domains.some((domain) => name === domain || name.endsWith(`.${domain}`))) {
    const error = new Error(
      `this process reached for the real OKX: a connection to ${name} was refused; ` +
        "the hosts of OKX's API lead to the fake exchange, and this is none of them",
    );
    process.nextTick(() => this.destroy(error));
    return this;
  }
  return connect.apply(this, given);
};
