import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { readFileOrFail } from '../../base/files';
import { packagePath } from '../../base/paths';
import { Stopped, type StopReason } from '../failure';
import { port } from '../numbers';
import { stoppable } from '../stop';

/** Only this machine is served. */
const HOST = '127.0.0.1';

/** With these a browser lets the page have threads; the page's own policy forbids every request. */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** `assay serve`: the page that judges and trains in a browser. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .summary('judge and train in a browser')
    .description(
      'serve the page that judges logs and reports, and trains records again, in a browser of this machine',
    )
    .option('--port <n>', 'where to listen; 0 is any free port', port, 8017)
    .addHelpText(
      'after',
      `
Nothing leaves the browser. The page is one file, which also works from disk; served, it trains with several threads. Ctrl-C ends it.

Example:
  $ npx assay serve`,
    )
    .action(async ({ port }) => {
      const { createServer } = await import('node:http');
      const page = await readFileOrFail(packagePath('dist/web/index.html'));
      const server = createServer(answerWith(page));
      server.listen(port, HOST);
      await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
        throw new AssayError(
          'usage',
          {
            what: 'cannot listen on this port',
            where: '--port',
            got: `${port} (${cause.code})`,
            hint: '--port 0',
          },
          { cause },
        );
      });
      await stoppable(async (signal) => {
        console.log(`http://${HOST}:${(server.address() as AddressInfo).port}/`);
        if (!signal.aborted) await once(signal, 'abort');
        server.close();
        server.closeAllConnections();
        throw new Stopped(signal.reason as StopReason, 'stopped');
      });
    });
}

function answerWith(page: Uint8Array): RequestListener {
  return ({ method, url }, response) => {
    const isPage = url?.split('?')[0] === '/';
    if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    else if (!isPage) response.writeHead(404).end();
    else
      response
        .writeHead(200, { ...HEADERS, 'Content-Length': page.length })
        .end(method === 'HEAD' ? undefined : page);
  };
}
