// Who may talk to the review server: the browser that opened its one-time address, on this machine, from its own page.
// Everybody else gets 403: other sites (Origin), names that were rebound to 127.0.0.1 (Host), and whoever lacks the token.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

export interface Guard {
  /** Query of the one-time address: `?token=…`. */
  readonly token: string;
  readonly check: MiddlewareHandler;
}

/**
 * @param authority host and port that the server listens on, `127.0.0.1:4321`; known once it listens
 */
export function createGuard(authority: () => string): Guard {
  const token = randomBytes(24).toString('base64url');
  const session = randomBytes(24).toString('base64url');
  let spent = false;
  const cookieName = () => `turncoat-${authority().split(':').at(-1)}`;

  const check: MiddlewareHandler = async (context, next) => {
    if (!isOwnPlace(context, authority())) return refusal(context, 'this address is not the one turncoat printed');
    if (same(getCookie(context, cookieName()) ?? '', session)) return next();
    const given = context.req.path === '/' ? (context.req.query('token') ?? '') : '';
    if (spent || !same(given, token)) {
      const why = spent ? 'the one-time address was used already' : 'the address lacks the token';
      return refusal(context, `${why}: run turncoat review again for a new one`);
    }
    // Other servers on 127.0.0.1 are sent this cookie too if the browser visits them; it ends with the session.
    setCookie(context, cookieName(), session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    spent = true;
    // The page itself and no redirect: a browser that came from another site would not send the new cookie along.
    return next();
  };
  return { token, check };
}

function isOwnPlace({ req }: Context, authority: string): boolean {
  if (req.header('host') !== authority) return false;
  const origin = req.header('origin');
  if (origin === undefined) return req.method === 'GET' || req.method === 'HEAD';
  return origin === `http://${authority}`;
}

function refusal(context: Context, why: string): Response {
  return context.text(`403: ${why}\n`, 403);
}

function same(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
