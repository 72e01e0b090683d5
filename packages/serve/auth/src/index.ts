export { lesserRole, mayAct, roles, type Access, type Role } from './access.js';
export { createAuth, type Asker, type Auth } from './auth.js';
export { AUTH_PATH, usualSignInRules, type AuthParts, type SignInRules } from './betterAuth.js';
export { AuthError } from './errors.js';
export { newKey, type NewKey } from './keys.js';
export {
  createLimits,
  TooManyError,
  usualRules,
  type Kind,
  type Limit,
  type Limits,
  type Rule,
} from './limits.js';
export { oidcOf, type Oidc } from './oidc.js';
export { email, organizationName, personName } from './people.js';
export {
  createInvitation,
  openInvitations,
  type InvitationStart,
  type MadeInvitation,
} from './invitations.js';
export { addressOf, trustedProxies } from './request.js';
export { createReset, type Reset } from './resets.js';
export { authRoutes, type AuthRoute } from './routes.js';
export { authSecret } from './secret.js';
export { setupToken } from './setup.js';
