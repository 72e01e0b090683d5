import type { Role } from './api';

/** What each role may do, as the choices of a field; each may do what those before it may. */
export const roles = [
  { value: 'viewer', label: 'viewer' },
  { value: 'member', label: 'member' },
  { value: 'admin', label: 'admin' },
] as const satisfies readonly { value: Role; label: string }[];

export const aboutRoles = 'A viewer looks, a member works, an admin looks after the team.';

const rankOf = (role: Role): number => roles.findIndex(({ value }) => value === role);

/** Whether a role may do what another is needed for; null is nobody's, who may do nothing. */
export const mayAct = (role: Role | null, needed: Role): boolean =>
  role !== null && rankOf(role) >= rankOf(needed);
