import { lookup } from "node:dns";
import { BlockList, isIP, isIPv6, type LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";

/**
 * What the engine's own process may ask on behalf of a manifest: any address but those of this machine and of its
 * link, where metadata services give out credentials; these only where they are named as `HOST` or `HOST:PORT`.
 * `anywhere` is for who runs manifests of their own.
 */
export type Reach = "anywhere" | readonly string[];

/** The manifest asked for an address that the engine does not ask for it. */
export class OutOfReach extends Error {
  override readonly name = "OutOfReach";
  constructor(host: string) {
    super(`${host} is this machine or on its link: the engine asks it only if \`local.reach\` names it`);
  }
}

const refused = new BlockList();
const networks: [string, number][] = [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 4],
  ["255.255.255.255", 32],
  // Metadata services of Azure and Alibaba Cloud.
  ["168.63.129.16", 32],
  ["100.100.100.200", 32],
  ["::", 128],
  ["::1", 128],
  ["fe80::", 10],
  ["ff00::", 8],
  // The metadata service of AWS.
  ["fd00:ec2::254", 128],
  // The first networks again, as NAT64 and 6to4 write them.
  ["64:ff9b::", 104],
  ["64:ff9b::7f00:0", 104],
  ["64:ff9b::a9fe:0", 112],
  ["2002::", 24],
  ["2002:7f00::", 24],
  ["2002:a9fe::", 32],
  // IPv4 addresses in the form that RFC 4291 gave up.
  ["::", 96],
];
for (const [network, prefix] of networks)
  refused.addSubnet(network, prefix, isIPv6(network) ? "ipv6" : "ipv4");

/** Whether the address is of this machine or its link. */
export function isNear(address: string): boolean {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  if (refused.check(address, family)) return true;
  const own = new BlockList();
  for (const each of Object.values(networkInterfaces()).flat())
    if (each) own.addAddress(each.address, each.family === "IPv6" ? "ipv6" : "ipv4");
  return own.check(address, family);
}

/**
 * Looks names up for connections to this URL; what it answers is what is connected to, so a name cannot lead elsewhere
 * the second time. Throws OutOfReach for an address that is written out, which is not looked up.
 */
export function lookupWithin(url: URL, reach: Reach): LookupFunction {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (reach === "anywhere" || reach.includes(url.hostname) || reach.includes(`${url.hostname}:${port}`))
    return lookup;
  if (isIP(host) !== 0 && isNear(host)) throw new OutOfReach(url.hostname);
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      // One of them is enough to refuse: a name that is both out there and in here was made for this.
      if (addresses.some(({ address }) => isNear(address))) return done(new OutOfReach(hostname), []);
      if (options.all === true) return done(null, addresses);
      done(null, addresses[0]?.address ?? "", addresses[0]?.family);
    });
  };
}
