import { createServer } from 'node:https';
import { listen } from './listen.js';

/** Listens with https on loopback, by a certificate that nobody vouches for; counts the requests that arrive. */
export async function listenSelfSigned() {
  let requests = 0;
  const server = createServer({ key, cert }, (_incoming, outgoing) => {
    requests += 1;
    outgoing.end('{}');
  });
  const { port, close } = await listen(server);
  return { url: `https://127.0.0.1:${port}`, requests: () => requests, close };
}

/** Made for this test, for 127.0.0.1, until 2126. */
const cert = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUOWKV4xL1wbgKTcfEjWS0x2f9SiEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAxMTUwM1oYDzIxMjYxMDMw
MDExNTAzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASUgNy5Xil8W4wF5Eh8TK0nCpW/pVsT+dyHWAfT4v566k1lzg7hZzPg
9twu7AllqNlOa9R6i6EDGsgCJeiVzcvwo28wbTAdBgNVHQ4EFgQUdQMXl2s9roUc
pFgHEkowRWl45XYwHwYDVR0jBBgwFoAUdQMXl2s9roUcpFgHEkowRWl45XYwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgDZq4jTJwkKJ06yDgRvDHx0Hnytk9Z/mkn7Y8+Cj1vbACIQCX
TtWTrC68q0q+piwj9xLpW7A1I9LHfMUN9n/2g1+3mQ==
-----END CERTIFICATE-----
`;

const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiEe0cDrG6ZGVJ0wF
ZdzSDR7Om+SUUA6XAB9DM7yiqlKhRANCAASUgNy5Xil8W4wF5Eh8TK0nCpW/pVsT
+dyHWAfT4v566k1lzg7hZzPg9twu7AllqNlOa9R6i6EDGsgCJeiVzcvw
-----END PRIVATE KEY-----
`;
