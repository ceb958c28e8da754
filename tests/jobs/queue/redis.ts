import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectSocket, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

export const redisIsInstalled = spawnSync('redis-server', ['--version']).status === 0;

const NOT_RUN = 'the tests of the queue were not run: redis-server is not installed\n';

/** A suite that needs redis-server; where it is not installed, one line at the end of the test run says so. */
export function describeWithRedis(name: string, suite: () => void): void {
  const { ASSAY_CLOSING_WORDS: path } = process.env;
  if (!redisIsInstalled && path !== undefined && !readFileSync(path, 'utf8').includes(NOT_RUN))
    appendFileSync(path, NOT_RUN);
  (redisIsInstalled ? describe : describe.skip)(name, suite);
}

/** A redis-server of the test's own, with the persistence that docs/scale.md asks for. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly options: readonly string[],
    private readonly protocol: 'redis' | 'rediss',
  ) {}

  static async start(
    options: readonly string[] = [],
    protocol: 'redis' | 'rediss' = 'redis',
  ): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'assay-redis-'));
    const server = new RedisServer(folder, await freePort(), options, protocol);
    await server.start();
    return server;
  }

  get url(): string {
    return `${this.protocol}://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const persistence = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'];
    const ports = {
      redis: ['--port', String(this.port)],
      rediss: ['--port', '0', '--tls-port', String(this.port)],
    };
    const where = ['--bind', '127.0.0.1', '--dir', this.folder, ...ports[this.protocol]];
    const child = spawn('redis-server', [...where, ...persistence, ...this.options], { stdio: 'pipe' });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('Ready to accept connections')) resolve();
      });
      child.once('exit', () => reject(new Error(`redis-server: ${said}`)));
    });
  }

  /** Kills it: what was not yet written to its file is lost. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    this.child = undefined;
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exit;
  }

  async flush(): Promise<void> {
    const redis = new Redis(this.url);
    await redis.flushall();
    redis.disconnect();
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true });
  }
}

/** A way to a server that can be cut. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(private readonly server: Server) {}

  static async to(port: number): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(server);
    server.on('connection', (near) => {
      if (wire.isCut) return near.destroy();
      const far = connectSocket(port, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ]) {
        wire.sockets.add(socket);
        socket.pipe(other);
        socket.on('error', () => undefined).on('close', () => other.destroy());
      }
      return undefined;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.server.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
