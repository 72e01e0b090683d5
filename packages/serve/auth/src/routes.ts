import { z } from 'zod';
import { OIDC } from './betterAuth.js';
import { invitationQuery, joinBody, setupBody } from './bodies.js';
import { password } from './people.js';

/** Answers requests for sign-in. */
export interface AuthRoute {
  readonly method: 'GET' | 'POST';
  /** Below the path of sign-in. */
  readonly path: string;
  readonly id: string;
  /** Summary: a sentence that begins with a verb. */
  readonly about: string;
  /** Whether the route is for people who are signed in. */
  readonly signedIn?: boolean;
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  /** Of an answer of ours; better-auth has its own. */
  readonly answer?: z.ZodType;
  /** Whether the route redirects to another page. */
  readonly redirects?: boolean;
}

const done = z.object({ done: z.literal(true) });
const typed = z.string().max(128);

/** All that better-auth may answer. What changes a team goes by the API, which checks and records it. */
export const authRoutes: readonly AuthRoute[] = [
  {
    ...{ method: 'POST', path: '/sign-in/email', id: 'auth.signIn' },
    about: 'Signs in with an e-mail address and a password; the response sets the session cookie',
    body: z.object({ email: z.email(), password: typed }),
    answer: z.looseObject({ user: z.looseObject({ id: z.string(), email: z.string() }) }),
  },
  {
    ...{ method: 'POST', path: '/sign-in/social', id: 'auth.signInByProvider' },
    about: "Starts single sign-on; the response holds the provider's address",
    body: z.object({
      provider: z.literal(OIDC),
      callbackURL: z.string().optional(),
      errorCallbackURL: z.string().optional(),
      disableRedirect: z.boolean().optional(),
    }),
    answer: z.looseObject({ url: z.string() }),
  },
  {
    ...{ method: 'GET', path: `/callback/${OIDC}`, id: 'auth.callback', redirects: true },
    about: 'Completes single sign-on; the provider redirects people to this address',
  },
  {
    ...{ method: 'POST', path: `/callback/${OIDC}`, id: 'auth.callbackByForm', redirects: true },
    about: 'Completes single sign-on for a provider that posts a form',
  },
  {
    ...{ method: 'POST', path: '/sign-out', id: 'auth.signOut', about: 'Signs out and ends the session' },
    body: z.object({}),
    answer: z.looseObject({ success: z.boolean() }),
  },
  {
    ...{ method: 'POST', path: '/change-password', id: 'auth.changePassword', signedIn: true },
    about: 'Changes the password of the person who is signed in',
    body: z.object({
      currentPassword: typed,
      newPassword: password,
      revokeOtherSessions: z.boolean().optional(),
    }),
    answer: z.looseObject({ user: z.looseObject({ id: z.string() }) }),
  },
  {
    ...{ method: 'POST', path: '/reset-password', id: 'auth.resetPassword' },
    about: 'Sets a new password with a reset link from an admin',
    body: z.object({ token: z.string(), newPassword: password }),
    answer: z.looseObject({ status: z.boolean() }),
  },
  {
    ...{ method: 'POST', path: '/organization/set-active', id: 'auth.setOrganization', signedIn: true },
    about: 'Sets the active organisation of the session',
    body: z.object({ organizationId: z.string() }),
    answer: z.looseObject({ id: z.string() }).nullable(),
  },
  {
    ...{ method: 'POST', path: '/team/setup', id: 'auth.setup', body: setupBody, answer: done },
    about: 'Creates the first person and their organisation, and signs them in; it works once',
  },
  {
    ...{ method: 'GET', path: '/team/invitation', id: 'auth.invitation', query: invitationQuery },
    about: 'Shows an invitation to whoever has its link',
    answer: z.object({
      organization: z.string(),
      email: z.string(),
      role: z.string(),
      hasAccount: z.boolean(),
    }),
  },
  {
    ...{ method: 'POST', path: '/team/join', id: 'auth.join', body: joinBody, answer: done },
    about: 'Accepts an invitation; creates the account in the request, if there is one, and signs in',
  },
];
